namespace Sluice.Lab.Measuring;

/// <summary>What keeps a header from travelling in a packet of its own.</summary>
internal enum HeaderJoin
{
    /// <summary>MSG_MORE on the header. send(2).</summary>
    More = 0,

    /// <summary>TCP_CORK around header and file. tcp(7).</summary>
    Cork,

    /// <summary>Nothing: with TCP_NODELAY the header is sent at once.</summary>
    None,
}
