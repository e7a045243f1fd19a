using System.Net;
using Sluice.Transfer;

namespace Sluice.Samples.FileServer.Server;

/// <summary>What a server serves, where, and what it puts up with. Set before the server is made.</summary>
public sealed class FileServerOptions
{
    /// <summary>The folder whose files are served.</summary>
    public required string Root { get; set; }

    /// <summary>Where to listen; port 0 lets the system choose. Default: any port of loopback.</summary>
    public IPEndPoint EndPoint { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>How file bytes are sent.</summary>
    public TransferOptions Transfer { get; set; } = new() { StallTimeout = TimeSpan.FromSeconds(60) };

    /// <summary>Longest head of a request; 256 bytes to 1 MiB. Default 8 KiB, as nginx and Apache have it.</summary>
    public int HeadBytesMax
    {
        get;
        set => field = value is >= 256 and <= 1 << 20 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "256 bytes to 1 MiB.");
    } = 8 << 10;

    /// <summary>Longest body that is read and thrown away, in bytes, to keep its connection; 0 or more. Default 64 KiB.</summary>
    public int BodyBytesMax
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 or more.");
    } = 64 << 10;

    /// <summary>How long a request may take to arrive once it has begun. Positive; default 10 seconds.</summary>
    public TimeSpan RequestTimeout
    {
        get;
        set => field = Positive(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may wait for its next request. Positive; default 75 seconds, as nginx has it.</summary>
    public TimeSpan IdleTimeout
    {
        get;
        set => field = Positive(value);
    } = TimeSpan.FromSeconds(75);

    /// <summary>Connections at one time; more wait in the system's queue. 1 or more; default 10,000.</summary>
    public int ConnectionsMax
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 or more.");
    } = 10_000;

    /// <summary>How long a file stays open after it was opened, and a change on the disk may go unnoticed. 0 opens it for each request; default 1 second.</summary>
    public TimeSpan KeptOpen { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Files that are kept open at one time. 0 or more; default 1024.</summary>
    public int KeptOpenMax
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 or more.");
    } = 1024;

    /// <summary>The server's clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Positive.");
}
