namespace Sluice.Log;

/// <summary>What the name of a partition's directory says about it.</summary>
internal enum PartitionDirectoryKind
{
    /// <summary>In use.</summary>
    Live,

    /// <summary>Deleted; to be removed.</summary>
    Delete,

    /// <summary>A copy that is being built in another log directory.</summary>
    Future,

    /// <summary>Set aside because the cluster did not know of it; never removed by itself.</summary>
    Stray,
}
