namespace Sluice.Lab.Measuring;

/// <summary>What a sender measured of itself; one line of JSON on its standard output.</summary>
internal sealed record SenderReport
{
    /// <summary>Bytes that the receiver said it got.</summary>
    public long Bytes { get; init; }

    /// <summary>From the first call until the receiver had everything.</summary>
    public double WallSeconds { get; init; }

    /// <summary>Processor time in user mode.</summary>
    public double UserSeconds { get; init; }

    /// <summary>Processor time in the kernel.</summary>
    public double SystemSeconds { get; init; }

    /// <summary>System calls that moved bytes or waited for them, as the mechanism counted them; null where the runtime makes them.</summary>
    public long? SystemCalls { get; init; }

    /// <summary>Times that a thread waited.</summary>
    public long VoluntarySwitches { get; init; }

    /// <summary>Times that a thread was made to wait.</summary>
    public long InvoluntarySwitches { get; init; }

    /// <summary>Pages mapped without I/O.</summary>
    public long MinorFaults { get; init; }

    /// <summary>Pages mapped with I/O.</summary>
    public long MajorFaults { get; init; }

    /// <summary>Chunk time that half of the chunks kept below, in microseconds.</summary>
    public double ChunkP50Us { get; init; }

    /// <summary>Chunk time that 99 % of the chunks kept below, in microseconds.</summary>
    public double ChunkP99Us { get; init; }

    /// <summary>Longest chunk time, in microseconds.</summary>
    public double ChunkMaxUs { get; init; }

    /// <summary>What the mechanism has to say about the run, such as that the kernel copied after all; null = nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Why the run failed; null = it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>Processor time in all.</summary>
    public double CpuSeconds => UserSeconds + SystemSeconds;
}
