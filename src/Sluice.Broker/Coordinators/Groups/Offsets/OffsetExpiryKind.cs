namespace Sluice.Broker.Coordinators.Groups.Offsets;

/// <summary>From when on offsets grow old.</summary>
internal enum OffsetExpiryKind
{
    /// <summary>Not now: the group is between two assignments.</summary>
    None,

    /// <summary>From the moment the group lost its last member.</summary>
    SinceEmpty,

    /// <summary>From the commit, all of them: nobody ever joined this group.</summary>
    SinceCommit,

    /// <summary>From the commit, but only those of topics that no member is subscribed to.</summary>
    SinceCommitUnlessSubscribed,
}
