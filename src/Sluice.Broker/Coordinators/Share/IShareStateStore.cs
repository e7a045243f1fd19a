using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Share;

/// <summary>Where the state of share partitions is kept (the persister of KIP-932).</summary>
/// <remarks>Any thread. What is answered NONE is as durable as <c>__share_group_state</c> is.</remarks>
internal interface IShareStateStore
{
    /// <summary>Begins a share partition, or begins it anew.</summary>
    /// <param name="key">The share partition.</param>
    /// <param name="stateEpoch">Not below the one that is stored, else FENCED_STATE_EPOCH.</param>
    /// <param name="startOffset">-1 leaves it to the first who reads records.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<ErrorCode> InitializeAsync(SharePartitionKey key, int stateEpoch, long startOffset, CancellationToken cancellationToken);

    /// <summary>Reads the state for a partition's leader, and keeps older leaders from writing any more.</summary>
    /// <param name="key">The share partition.</param>
    /// <param name="leaderEpoch">The leader's epoch; below the one that is stored gives FENCED_LEADER_EPOCH.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>INVALID_REQUEST for a partition that was never begun. The state is null with every error.</returns>
    ValueTask<(ErrorCode Error, ShareState? State)> ReadAsync(SharePartitionKey key, int leaderEpoch, CancellationToken cancellationToken);

    /// <summary>Stores what became of records.</summary>
    /// <param name="key">The share partition.</param>
    /// <param name="change">The epochs must not be below those that are stored; a start offset of -1 leaves it; the batches are merged into those that are stored.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<ErrorCode> WriteAsync(SharePartitionKey key, ShareState change, CancellationToken cancellationToken);

    /// <summary>Reads the state for somebody who does not lead the partition. The batches are left out.</summary>
    /// <returns>A start offset of -1 for a partition that was never begun. The state is null with every error.</returns>
    ValueTask<(ErrorCode Error, ShareState? State)> ReadSummaryAsync(SharePartitionKey key, CancellationToken cancellationToken);

    /// <summary>Forgets a share partition. One that is not known is fine.</summary>
    ValueTask<ErrorCode> DeleteAsync(SharePartitionKey key, CancellationToken cancellationToken);
}
