using Sluice.Broker.Coordinators.Share;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Groups;

/// <summary>The state of share partitions in memory, which answers at once.</summary>
internal sealed class MemoryShareStateStore : IShareStateStore
{
    /// <summary>What is stored.</summary>
    public SortedDictionary<(string Group, Uuid Topic, int Partition), ShareState> States { get; } = [];

    /// <summary>What every call answers, without doing anything.</summary>
    public ErrorCode Error { get; set; }

    /// <summary>Called before each call does what it does: something else that happens meanwhile.</summary>
    public Action? Meanwhile { get; set; }

    /// <summary>Calls so far.</summary>
    public int CallCount { get; private set; }

    public ValueTask<ErrorCode> InitializeAsync(SharePartitionKey key, int stateEpoch, long startOffset, CancellationToken cancellationToken) => Do(() =>
    {
        if (States.TryGetValue(KeyOf(key), out ShareState? known) && known.StateEpoch > stateEpoch) return ErrorCode.FencedStateEpoch;
        States[KeyOf(key)] = new ShareState(stateEpoch, -1, startOffset, startOffset < 0 ? -1 : 0, []);
        return ErrorCode.None;
    });

    public ValueTask<ErrorCode> DeleteAsync(SharePartitionKey key, CancellationToken cancellationToken) => Do(() =>
    {
        States.Remove(KeyOf(key));
        return ErrorCode.None;
    });

    public ValueTask<(ErrorCode Error, ShareState? State)> ReadSummaryAsync(SharePartitionKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<(ErrorCode Error, ShareState? State)> ReadAsync(SharePartitionKey key, int leaderEpoch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<ErrorCode> WriteAsync(SharePartitionKey key, ShareState change, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static (string, Uuid, int) KeyOf(SharePartitionKey key) => (key.GroupId, key.TopicId, key.Partition);

    private ValueTask<ErrorCode> Do(Func<ErrorCode> call)
    {
        CallCount++;
        Action? meanwhile = Meanwhile;
        Meanwhile = null;
        meanwhile?.Invoke();
        return ValueTask.FromResult(Error == ErrorCode.None ? call() : Error);
    }
}
