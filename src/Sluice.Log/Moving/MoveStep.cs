namespace Sluice.Log.Moving;

/// <summary>When a move wants to go on.</summary>
internal enum MoveStep
{
    /// <summary>As soon as it is its turn.</summary>
    Again,

    /// <summary>A moment later: somebody else works on the log.</summary>
    Soon,

    /// <summary>Much later: the disk has no room.</summary>
    Later,

    /// <summary>Never.</summary>
    Ended,
}
