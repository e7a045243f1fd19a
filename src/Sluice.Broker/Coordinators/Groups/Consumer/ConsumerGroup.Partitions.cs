using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// Who has which partition: the lock that keeps two members from reading the same one.
internal sealed partial class ConsumerGroup
{
    private readonly Dictionary<(Uuid Topic, int Partition), int> _partitionEpochs = [];

    /// <summary>Epoch of the member that has a partition, or has yet to give it up; -1 = nobody, so that it may be given away.</summary>
    public int PartitionEpoch(Uuid topic, int partition) => _partitionEpochs.GetValueOrDefault((topic, partition), -1);

    // After compaction a record may come whose forerunners are gone: the newest epoch wins, and only its own member frees a partition.
    private void MovePartitions(ConsumerMember before, ConsumerMember after)
    {
        foreach ((Uuid, int) partition in before.Assigned.All.Concat(before.Revoking.All))
        {
            if (_partitionEpochs.TryGetValue(partition, out int epoch) && epoch == before.Epoch) _partitionEpochs.Remove(partition);
        }
        foreach ((Uuid, int) partition in after.Assigned.All.Concat(after.Revoking.All))
        {
            if (!_partitionEpochs.TryGetValue(partition, out int epoch) || after.Epoch > epoch) _partitionEpochs[partition] = after.Epoch;
        }
    }
}
