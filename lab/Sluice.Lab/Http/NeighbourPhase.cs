namespace Sluice.Lab.Http;

/// <summary>What goes on beside the small transfers whose times are taken.</summary>
internal enum NeighbourPhase
{
    /// <summary>Nothing.</summary>
    Alone,

    /// <summary>One client gets a large file that is in the page cache.</summary>
    BesideWarm,

    /// <summary>One client gets a large file that the disk has to give.</summary>
    BesideCold,
}
