namespace Sluice.Faults.Load;

/// <summary>What is known of one partition from outside: which records were sent and which were acknowledged, at which offsets.</summary>
/// <remarks>Safe on any thread: the producer's reports arrive on one of its own.</remarks>
public sealed class PartitionLedger(string topic, int partition)
{
    private readonly Lock _lock = new();
    private readonly List<(long Index, long Offset)> _acknowledged = [];
    private readonly List<string> _failures = [];
    private long _sentCount;

    /// <summary>Name of the partition, for messages.</summary>
    public string Name { get; } = $"{topic}-{partition}";

    public string Topic => topic;

    public int Partition => partition;

    /// <summary>Records that were handed to the producer: numbers 0 to this, exclusive.</summary>
    public long SentCount => Volatile.Read(ref _sentCount);

    /// <summary>Records whose fate is not known yet.</summary>
    public long OpenCount
    {
        get
        {
            lock (_lock) return _sentCount - _acknowledged.Count - _failures.Count;
        }
    }

    /// <summary>Takes the next record's number.</summary>
    public long Send() => Interlocked.Increment(ref _sentCount) - 1;

    public void Acknowledge(long index, long offset)
    {
        lock (_lock) _acknowledged.Add((index, offset));
    }

    public void Fail(long index, string error)
    {
        lock (_lock) _failures.Add($"{Name}, record {index}: {error}");
    }

    /// <summary>The acknowledgements so far, in the order in which they came.</summary>
    public (long Index, long Offset)[] Acknowledged()
    {
        lock (_lock) return [.. _acknowledged];
    }

    /// <summary>Reports that were no acknowledgements.</summary>
    public string[] Failures()
    {
        lock (_lock) return [.. _failures];
    }
}
