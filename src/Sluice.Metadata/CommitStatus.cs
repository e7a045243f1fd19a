namespace Sluice.Metadata;

/// <summary>What became of a commit.</summary>
public enum CommitStatus
{
    /// <summary>The changes are durable and visible.</summary>
    Committed,

    /// <summary>Somebody else committed in between: decide again on the newer image.</summary>
    VersionConflict,
}
