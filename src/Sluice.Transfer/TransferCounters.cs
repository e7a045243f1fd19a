namespace Sluice.Transfer;

/// <summary>What was sent, by the way that it took, and what it cost.</summary>
/// <remarks>A plain value: a channel counts one of its own while it sends, and adds it to <see cref="TransferMetrics"/> when the send pauses or ends.</remarks>
public record struct TransferCounters
{
    /// <summary>Bytes that went from the page cache to the socket without entering user space.</summary>
    public long SendFileBytes { get; set; }

    /// <summary>Bytes that went from the page cache to the socket without entering user space, encrypted by the kernel on their way.</summary>
    public long KernelTlsBytes { get; set; }

    /// <summary>File bytes that were read into memory to be sent; counted as they are read.</summary>
    public long CopyBytes { get; set; }

    /// <summary>Bytes that the caller had in memory: headers, and responses without file regions.</summary>
    public long MemoryBytes { get; set; }

    /// <summary>Calls that moved <see cref="SendFileBytes"/>, those that found the socket full among them.</summary>
    public long SendFileCalls { get; set; }

    /// <summary>Calls that moved <see cref="KernelTlsBytes"/>, those that found the socket full among them.</summary>
    public long KernelTlsCalls { get; set; }

    /// <summary>Reads that moved <see cref="CopyBytes"/>, those that found the page cold among them.</summary>
    public long CopyCalls { get; set; }

    /// <summary>Sends out of memory, of pieces and of what was copied beside them; those that found the socket full among them.</summary>
    public long MemoryCalls { get; set; }

    /// <summary>Times that a send waited for its peer to accept more.</summary>
    public long Waits { get; set; }

    /// <summary>Chunks that were not in memory and were left to an I/O thread.</summary>
    public long ColdChunks { get; set; }

    /// <summary>Bytes that I/O threads sent or read for those chunks; they are counted by their path as well.</summary>
    public long ColdBytes { get; set; }

    internal void Add(in TransferCounters more)
    {
        SendFileBytes += more.SendFileBytes;
        KernelTlsBytes += more.KernelTlsBytes;
        CopyBytes += more.CopyBytes;
        MemoryBytes += more.MemoryBytes;
        SendFileCalls += more.SendFileCalls;
        KernelTlsCalls += more.KernelTlsCalls;
        CopyCalls += more.CopyCalls;
        MemoryCalls += more.MemoryCalls;
        Waits += more.Waits;
        ColdChunks += more.ColdChunks;
        ColdBytes += more.ColdBytes;
    }
}
