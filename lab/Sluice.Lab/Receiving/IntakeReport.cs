namespace Sluice.Lab.Receiving;

/// <summary>What a receiver says at its end.</summary>
internal sealed record IntakeReport
{
    /// <summary>From the first call to the last.</summary>
    public double Seconds { get; init; }

    /// <summary>Processor time of the receiver meanwhile.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>Of it in user mode.</summary>
    public double UserSeconds { get; init; }

    /// <summary>Processor time before the first byte: allocating and mapping the file, and touching its pages where that is done ahead.</summary>
    public double PrepareCpuSeconds { get; init; }

    /// <summary>Calls that moved bytes.</summary>
    public long Calls { get; init; }

    /// <summary>Pages that had to be mapped.</summary>
    public long PageFaults { get; init; }

    /// <summary>Times that a thread lost its processor or gave it up.</summary>
    public long ContextSwitches { get; init; }

    /// <summary>CRC-32C of what came, where it was asked for.</summary>
    public uint? Crc { get; init; }

    /// <summary>Why this kernel or file system cannot do it; null = it can.</summary>
    public string? NotOffered { get; init; }

    /// <summary>Why it failed; null = it did not.</summary>
    public string? Failure { get; init; }
}
