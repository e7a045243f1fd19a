using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups.Share;

/// <summary>Start offsets that somebody sets, with the entries of the answer that tell what came of it.</summary>
internal sealed class ShareOffsetChange
{
    private readonly Dictionary<(Uuid Topic, int Partition), AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition> _entries = [];
    private readonly Dictionary<(Uuid Topic, int Partition), long> _startOffsets = [];

    /// <summary>The epoch that the state is to have.</summary>
    public int StateEpoch { get; set; }

    /// <summary>What to order from the store.</summary>
    public IReadOnlyDictionary<(Uuid Topic, int Partition), long> StartOffsets => _startOffsets;

    /// <summary>Adds a partition; for one that is named twice the last offset counts.</summary>
    public void Add((Uuid Topic, int Partition) partition, long startOffset, AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition entry)
    {
        _startOffsets[partition] = startOffset;
        _entries[partition] = entry;
    }

    /// <summary>Tells what the store answered.</summary>
    public void Complete(IReadOnlyDictionary<(Uuid Topic, int Partition), ErrorCode> results)
    {
        foreach (((Uuid, int) partition, ErrorCode error) in results) Set(_entries[partition], error);
    }

    /// <summary>Tells that nothing came of it, and orders nothing.</summary>
    public void Fail(ErrorCode error)
    {
        foreach (AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition entry in _entries.Values) Set(entry, error);
        _startOffsets.Clear();
    }

    private static void Set(AlterShareGroupOffsetsResponse.AlterShareGroupOffsetsResponsePartition entry, ErrorCode error)
    {
        entry.ErrorCode = error;
        entry.ErrorMessage = error == ErrorCode.None ? null : ErrorCodes.Name(error);
    }
}
