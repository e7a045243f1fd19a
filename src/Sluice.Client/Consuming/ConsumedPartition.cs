namespace Sluice.Client.Consuming;

/// <summary>A partition that a consumer reads. Only the fetching task touches it once reading has begun.</summary>
internal sealed class ConsumedPartition(string topic, int index, StartPosition start)
{
    internal string Topic { get; } = topic;

    internal int Index { get; } = index;

    internal StartPosition Start { get; } = start;

    /// <summary>The next offset to ask for; -1 = not found out yet.</summary>
    internal long Position { get; set; } = -1;

    /// <summary>Where reading ends, exclusive; <see cref="long.MaxValue"/> = never.</summary>
    internal long EndOffset { get; set; } = long.MaxValue;

    /// <summary>Whether a fetch is under way.</summary>
    internal bool IsFetching { get; set; }

    internal bool IsDone => Position >= EndOffset;

    public override string ToString() => $"{Topic}-{Index}";
}
