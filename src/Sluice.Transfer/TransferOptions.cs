namespace Sluice.Transfer;

/// <summary>How channels send. Set before the first channel is made from it, and not written afterwards.</summary>
public sealed class TransferOptions
{
    /// <summary>The way that file bytes take. Default <see cref="TransferPath.Auto"/>; the others are for tests and comparisons.</summary>
    /// <remarks>A path that this system does not have fails when the channel is made.</remarks>
    public TransferPath Path
    {
        get;
        set => field = Enum.IsDefined(value) && value != TransferPath.KernelTls
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, value == TransferPath.KernelTls ? "It comes with its connection (OpenSslServer)." : "No such path.");
    }

    /// <summary>Most bytes of a region in one sendfile call, and the unit of residency probes and cold reads. 64 KiB to 1 GiB; default 1 MiB.</summary>
    /// <remarks>Larger calls are no cheaper by measurement (docs/internals/transfer.md), and hold a thread for longer.</remarks>
    public int ChunkBytes
    {
        get;
        set => field = value is >= 64 << 10 and <= 1 << 30
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "64 KiB to 1 GiB.");
    } = 1 << 20;

    /// <summary>Regions up to this long are copied into the send buffer beside the pieces around them. 0 to 64 KiB; default 64 KiB.</summary>
    /// <remarks>
    /// One read and one send(2) cost less than probing, two sends and sendfile(2) between them, and wake the peer once; docs/internals/transfer.md has the measurement.
    /// </remarks>
    public int CopyThresholdBytes
    {
        get;
        set => field = value is >= 0 and <= 64 << 10
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "0 to 64 KiB.");
    } = 64 << 10;

    /// <summary>The buffer that a send borrows for small regions and for the copy path. 64 KiB to 1 MiB; default 128 KiB.</summary>
    /// <remarks>Pooled, and held only while a send is under way. Room for the longest copied region and what is around it.</remarks>
    public int CopyBufferBytes
    {
        get;
        set => field = value is >= 64 << 10 and <= 1 << 20
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "64 KiB to 1 MiB.");
    } = 128 << 10;

    /// <summary>Whether to ask, before each chunk, that its pages are in memory, and leave it to I/O threads where they are not. Default true.</summary>
    /// <remarks>Without it a read from the disk holds the sending thread, and every send that waits for that thread.</remarks>
    public bool ProbeResidency { get; set; } = true;

    /// <summary>How long a peer may accept nothing before the send is given up. Positive, or <see cref="Timeout.InfiniteTimeSpan"/>; default 10 minutes.</summary>
    /// <remarks>Counts from the last byte that the socket took. Ten minutes outlast any pause of a peer that is alive.</remarks>
    public TimeSpan StallTimeout
    {
        get;
        set => field = value > TimeSpan.Zero || value == Timeout.InfiniteTimeSpan
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Positive or infinite.");
    } = TimeSpan.FromMinutes(10);

    /// <summary>Whether whoever awaits a send that had to wait goes on on the thread that sent its last byte. Default false: on the thread pool.</summary>
    /// <remarks>That thread sends for other connections too: true only if what follows a send never waits nor computes for long.</remarks>
    public bool ContinueInline { get; set; }
}
