using Sluice.Client.Admin;

namespace Sluice.Client.Consuming;

/// <summary>Where to start reading a partition.</summary>
public readonly record struct StartPosition
{
    private StartPosition(StartPositionKind kind, long value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>At the first record that is still there. Also the default value.</summary>
    public static StartPosition Beginning => default;

    /// <summary>Behind the last record that is there when the reading starts.</summary>
    public static StartPosition End => new(StartPositionKind.End, 0);

    internal StartPositionKind Kind { get; }

    internal long Value { get; }

    /// <summary>At an offset.</summary>
    /// <param name="offset">0 or more; has to be within the log, its end included.</param>
    public static StartPosition AtOffset(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new StartPosition(StartPositionKind.Offset, offset);
    }

    /// <summary>At the first record at or after a time; at the end if there is none.</summary>
    /// <param name="timestampMs">Milliseconds since the Unix epoch, 0 or more.</param>
    public static StartPosition AtTime(long timestampMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestampMs);
        return new StartPosition(StartPositionKind.Time, timestampMs);
    }

    internal OffsetQuery ToQuery() => Kind switch
    {
        StartPositionKind.Time => OffsetQuery.AtTime(Value),
        StartPositionKind.End => OffsetQuery.Latest,
        _ => OffsetQuery.Earliest,
    };
}
