namespace Sluice.Protocol;

/// <summary>A response that can tell its client to slow down. In versions without the field the time is dropped, or must be 0 where the schema says so.</summary>
public interface IThrottledResponse
{
    /// <summary>How long the request was, or the client should be, held back because of a quota; 0 = not at all.</summary>
    int ThrottleTimeMs { get; set; }
}
