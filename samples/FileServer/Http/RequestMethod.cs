namespace Sluice.Samples.FileServer.Http;

/// <summary>What a request asks for.</summary>
internal enum RequestMethod
{
    Get,
    Head,

    /// <summary>A method of RFC 9110 or 5789 that files do not have: 405.</summary>
    NotAllowed,

    /// <summary>No method that this server has heard of: 501.</summary>
    Unknown,
}
