namespace Sluice.Bench.Load.Running;

/// <summary>What a phase of a run did.</summary>
internal sealed class LoadCounts
{
    /// <summary>Requests answered, or sent when nothing is answered.</summary>
    public long Requests { get; set; }

    /// <summary>Records moved.</summary>
    public long Records { get; set; }

    /// <summary>Bytes moved: record batches of produces, answers of fetches.</summary>
    public long Bytes { get; set; }

    /// <summary>From the first request's turn to the last answer.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>From each request's turn to its answer.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Takes over what another connection did in the same phase.</summary>
    public void Add(LoadCounts other)
    {
        Requests += other.Requests;
        Records += other.Records;
        Bytes += other.Bytes;
        Latency.Add(other.Latency);
    }
}
