namespace Sluice.Log.Compaction;

/// <summary>How a round over one log ended.</summary>
internal enum RoundOutcome
{
    /// <summary>The log is clean further than before.</summary>
    Completed,

    /// <summary>The log was closed, truncated or shortened meanwhile, or the cleaner stops.</summary>
    GivenUp,

    /// <summary>There was no room for the copy, or its files could not be made; tried again later.</summary>
    Refused,

    /// <summary>The disk failed, or the log cannot be compacted; the latter is not tried again.</summary>
    Failed,
}
