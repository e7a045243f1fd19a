namespace Sluice.Broker.Fetching;

/// <summary>How far a fetch has read, target by target.</summary>
/// <param name="maxBytes">Limit over all partitions; the first batch found is returned whole even if it is longer.</param>
internal struct FetchProgress(int maxBytes)
{
    private long _bytes;

    /// <summary>The target to be read next.</summary>
    public int TargetIndex { get; set; }

    /// <summary>Whether some partition has something that the client must hear of at once.</summary>
    public bool MustAnswer { get; set; }

    /// <summary>Bytes that may still be found.</summary>
    public int LeftBytes { get; private set; } = maxBytes;

    /// <summary>Whether nothing was found yet: then a first batch may exceed the limits.</summary>
    public readonly bool IsEmpty => _bytes == 0;

    /// <summary>What was found.</summary>
    public readonly FetchOutcome Outcome => new(_bytes, MustAnswer);

    /// <summary>Counts what a target has brought.</summary>
    public void Add(int foundBytes)
    {
        _bytes += foundBytes;
        LeftBytes = Math.Max(0, LeftBytes - foundBytes);
    }
}
