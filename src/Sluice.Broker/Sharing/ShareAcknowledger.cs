using Sluice.Broker.Coordinators.Share;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Sharing;

/// <summary>Takes in what members of share groups say of their records.</summary>
/// <remarks>Stateless; any thread.</remarks>
internal sealed class ShareAcknowledger(TopicManager topics, SharePartitions partitions)
{
    /// <summary>Takes in what a member says of the records of one partition.</summary>
    /// <param name="key">Group and partition.</param>
    /// <param name="memberId">Who says it.</param>
    /// <param name="acknowledgements">In the order of offsets.</param>
    /// <param name="mayRenew">Whether a lock may be renewed.</param>
    /// <returns>What the member is answered for the partition.</returns>
    public async ValueTask<ErrorCode> AcknowledgeAsync(SharePartitionKey key, string memberId, IReadOnlyList<Acknowledgement> acknowledgements, bool mayRenew)
    {
        ErrorCode error = topics.Table.Find(key.TopicId, key.Partition, out _, out _);
        if (error != ErrorCode.None) return error;
        if (partitions.Find(key) is not { } partition) return ErrorCode.UnknownTopicOrPartition;
        error = await partition.AcknowledgeAsync(memberId, acknowledgements, mayRenew).ConfigureAwait(false);

        // Somebody began it anew, or it is led by another: what is in memory here is not true any more.
        if (ShareErrors.IsFenced(error)) partitions.Close(partition);
        return error;
    }
}
