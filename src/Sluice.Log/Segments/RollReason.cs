namespace Sluice.Log.Segments;

/// <summary>Why a new segment is begun.</summary>
internal enum RollReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The append would not fit.</summary>
    Size,

    /// <summary>The active segment covers enough time.</summary>
    Time,

    /// <summary>An index has no free entry.</summary>
    IndexFull,

    /// <summary>The last offset is too far from the base offset for an index entry.</summary>
    OffsetRange,

    /// <summary>Somebody asked: retention of the active segment, truncation, a test.</summary>
    Requested,
}
