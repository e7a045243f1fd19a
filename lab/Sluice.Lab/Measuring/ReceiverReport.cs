namespace Sluice.Lab.Measuring;

/// <summary>What a receiver says at its end; one line of JSON on its standard output.</summary>
internal sealed record ReceiverReport
{
    /// <summary>Bytes of all connections.</summary>
    public long Bytes { get; init; }

    /// <summary>Processor time of the process while it received.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>SHA-256 of each connection's bytes in hexadecimal, in the order in which they were opened; empty unless it was to verify.</summary>
    public IReadOnlyList<string> Hashes { get; init; } = [];

    /// <summary>Why it failed; null = it did not.</summary>
    public string? Failure { get; init; }
}
