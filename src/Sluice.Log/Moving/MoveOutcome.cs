namespace Sluice.Log.Moving;

/// <summary>What came of the attempt to let a copy take a log's place.</summary>
internal enum MoveOutcome
{
    /// <summary>The log is where the copy was.</summary>
    Moved,

    /// <summary>More was appended meanwhile than should be copied while appends wait.</summary>
    Behind,

    /// <summary>The log has other segments than those that were copied, or another history.</summary>
    Changed,

    /// <summary>The log is closed or deleted, or its disk has failed.</summary>
    Gone,
}
