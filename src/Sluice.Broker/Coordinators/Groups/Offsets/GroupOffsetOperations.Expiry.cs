namespace Sluice.Broker.Coordinators.Groups.Offsets;

// Offsets that nobody uses any more go after offsets.retention.minutes.
internal sealed partial class GroupOffsetOperations
{
    /// <summary>Removes the offsets whose time is over.</summary>
    public void RemoveExpired()
    {
        long nowMs = shard.NowMs;
        List<(Group Group, string Topic, int Partition)> expired = [];
        foreach (Group group in shard.Groups.Values)
        {
            OffsetExpiryRule rule = group.ExpiryRule;
            if (rule.Kind == OffsetExpiryKind.None) continue;
            foreach (string topic in group.Offsets.Topics)
            {
                if (rule.Kind == OffsetExpiryKind.SinceCommitUnlessSubscribed && group.IsSubscribedTo(topic)) continue;
                foreach ((int partition, CommittedOffset committed) in group.Offsets.Of(topic))
                {
                    if (IsExpired(committed, rule, nowMs) && !group.Offsets.IsPending(topic, partition)) expired.Add((group, topic, partition));
                }
            }
        }
        Remove(expired);
    }

    private bool IsExpired(in CommittedOffset committed, in OffsetExpiryRule rule, long nowMs)
    {
        if (committed.ExpireTimestampMs != -1) return nowMs >= committed.ExpireTimestampMs;
        bool fromEmpty = rule is { Kind: OffsetExpiryKind.SinceEmpty, EmptySinceMs: not -1 };
        return nowMs - (fromEmpty ? rule.EmptySinceMs : committed.CommitTimestampMs) >= shard.Settings.OffsetsRetentionMs;
    }
}
