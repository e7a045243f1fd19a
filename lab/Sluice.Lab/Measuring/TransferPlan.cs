namespace Sluice.Lab.Measuring;

/// <summary>One run: what is sent, how, and what the receiver does with it. Travels to the child processes as JSON.</summary>
internal sealed record TransferPlan
{
    /// <summary>Name of the mechanism, as in the catalogue.</summary>
    public required string Mechanism { get; init; }

    /// <summary>The file; absolute.</summary>
    public required string FilePath { get; init; }

    /// <summary>How long the file was when the run was planned.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of the file in one transfer: a header may precede each. 1 to <see cref="FileBytes"/>.</summary>
    public required long TransferBytes { get; init; }

    /// <summary>Transfers on each connection, one after the other; they walk through the file and begin again at its end.</summary>
    public int TransfersPerConnection { get; init; } = 1;

    /// <summary>Connections at the same time.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Most bytes in one call (or one buffer).</summary>
    public required int ChunkBytes { get; init; }

    /// <summary>Bytes sent before each transfer; 0 = none.</summary>
    public int HeaderBytes { get; init; }

    /// <summary>How the header and what follows it are joined.</summary>
    public HeaderJoin Join { get; init; } = HeaderJoin.More;

    /// <summary>TCP_NODELAY of the sending sockets.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>SO_SNDBUF of the sending sockets; 0 = the kernel tunes it.</summary>
    public int SendBufferBytes { get; init; }

    /// <summary>SO_RCVLOWAT of the receiving sockets; 0 = the kernel's default of one byte.</summary>
    public int ReceiveLowWaterBytes { get; init; }

    /// <summary>What the receiver does with the bytes.</summary>
    public ReceiverMode Receiver { get; init; } = ReceiverMode.Discard;

    /// <summary>Whether the file is in the page cache when the run begins.</summary>
    public CacheState Cache { get; init; } = CacheState.Warm;

    /// <summary>Bytes on the wire, over all connections.</summary>
    public long TotalBytes => BytesPerConnection * Connections;

    /// <summary>Bytes on the wire of one connection.</summary>
    public long BytesPerConnection => (TransferBytes + HeaderBytes) * TransfersPerConnection;

    /// <summary>Where a transfer begins in the file.</summary>
    /// <param name="connection">0 to <see cref="Connections"/> - 1.</param>
    /// <param name="transfer">0 to <see cref="TransfersPerConnection"/> - 1.</param>
    public long PositionOf(int connection, int transfer)
    {
        long slots = FileBytes / TransferBytes;
        return ((((long)connection * TransfersPerConnection) + transfer) % slots) * TransferBytes;
    }
}
