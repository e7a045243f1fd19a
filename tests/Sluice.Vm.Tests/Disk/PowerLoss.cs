namespace Sluice.Vm.Tests.Disk;

/// <summary>What a power cut takes of the writes that were not flushed.</summary>
public enum PowerLoss
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Any of them, each as a whole.</summary>
    Writes,

    /// <summary>Any of their sectors of 512 bytes.</summary>
    Sectors,
}
