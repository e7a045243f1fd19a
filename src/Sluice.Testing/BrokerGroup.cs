using System.Globalization;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Testing;

/// <summary>A consumer group of a broker, seen by the test.</summary>
/// <remarks>Faults and pauses do not concern these calls. Safe for any thread.</remarks>
public sealed class BrokerGroup
{
    private const string StableState = "Stable";

    private readonly SluiceBroker _broker;

    internal BrokerGroup(SluiceBroker broker, string id)
    {
        _broker = broker;
        Id = id;
    }

    /// <summary>The group's id.</summary>
    public string Id { get; }

    /// <summary>What the group has committed: by topic and partition, the next offset to read.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Empty if there is no such group.</returns>
    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> OffsetsAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<GroupOffset> offsets = await _broker.AskAsync(
            (cluster, token) => new AdminClient(cluster).ListGroupOffsetsAsync(Id, token), cancellationToken).ConfigureAwait(false);
        return offsets.ToDictionary(static offset => (offset.Topic, offset.Partition), static offset => offset.Offset);
    }

    /// <summary>How many records the group has not committed yet, in all partitions of the topics that it has committed anything of.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null while it has committed nothing: it is then not known what it reads. A partition without a commit counts from its first record.</returns>
    public async Task<long?> LagAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<PartitionLag> lags = await LagsAsync(cancellationToken).ConfigureAwait(false);
        return lags.Count == 0 ? null : lags.Sum(static lag => lag.Records);
    }

    /// <summary>Waits until the group has committed something, and lags by no more than so many records.</summary>
    /// <param name="recordsMax">0 or more.</param>
    /// <param name="timeout">In real time, whatever the broker's clock does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">It still lags; the message shows each partition.</exception>
    public async Task WaitForLagAsync(long recordsMax, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(recordsMax);
        Waiting waiting = new(_broker.Time, _broker.Requests, timeout);
        while (true)
        {
            IReadOnlyList<PartitionLag> lags = await LagsAsync(cancellationToken).ConfigureAwait(false);
            if (lags.Count > 0 && lags.Sum(static lag => lag.Records) <= recordsMax) return;
            if (waiting.IsOver) throw waiting.Fail(Describe(lags, recordsMax), LagLines(lags));
            await waiting.PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The group's state and members.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if there is no such group.</returns>
    public async Task<BrokerGroupState?> DescribeAsync(CancellationToken cancellationToken = default)
    {
        GroupDescription? group = await _broker.AskAsync(
            (cluster, token) => new AdminClient(cluster).DescribeGroupAsync(Id, token), cancellationToken).ConfigureAwait(false);
        return group is null ? null : new BrokerGroupState(
            group.State, [.. group.Members.Select(static member => new BrokerGroupMember(member.Id, member.ClientId, member.InstanceId, member.Partitions))]);
    }

    /// <summary>Waits until the group is stable with so many members.</summary>
    /// <param name="count">0 or more; 0 also if the group is not there.</param>
    /// <param name="timeout">In real time, whatever the broker's clock does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The state then.</returns>
    /// <exception cref="TimeoutException">It is not; the message shows the members and what they have.</exception>
    public Task<BrokerGroupState> WaitForMembersAsync(int count, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return WaitUntilAsync(
            group => group.Members.Count == count && (count == 0 || group.State == StableState),
            string.Create(CultureInfo.InvariantCulture, $"{count} were wanted"),
            timeout,
            cancellationToken);
    }

    /// <summary>Waits until the group is as the test wants it.</summary>
    /// <param name="condition">Asked about the group every few milliseconds; of a group that is not there it sees no members, in the state <c>not there</c>.</param>
    /// <param name="timeout">In real time, whatever the broker's clock does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The state then.</returns>
    /// <exception cref="TimeoutException">It is not; the message shows the members and what they have.</exception>
    public Task<BrokerGroupState> WaitUntilAsync(Func<BrokerGroupState, bool> condition, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return WaitUntilAsync(condition, "the condition does not hold", timeout, cancellationToken);
    }

    private async Task<BrokerGroupState> WaitUntilAsync(Func<BrokerGroupState, bool> condition, string wanted, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Waiting waiting = new(_broker.Time, _broker.Requests, timeout);
        while (true)
        {
            BrokerGroupState group = await DescribeAsync(cancellationToken).ConfigureAwait(false) ?? new BrokerGroupState("not there", []);
            if (condition(group)) return group;
            if (waiting.IsOver) throw waiting.Fail($"group '{Id}' is {group.State} with {group.Members.Count} members; {wanted}", [.. group.Members.Select(static member => member.ToString())]);
            await waiting.PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<PartitionLag>> LagsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<(string Topic, int Partition), long> committed = await OffsetsAsync(cancellationToken).ConfigureAwait(false);
        List<PartitionLag> lags = [];
        foreach (string topic in committed.Keys.Select(static key => key.Topic).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            IReadOnlyList<long> starts = await _broker.Topic(topic).StartOffsetsAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<long> ends = await _broker.Topic(topic).EndOffsetsAsync(cancellationToken).ConfigureAwait(false);
            for (int partition = 0; partition < ends.Count; partition++)
            {
                long? offset = committed.TryGetValue((topic, partition), out long found) ? found : null;
                lags.Add(new PartitionLag(topic, partition, offset, ends[partition], Math.Max(0, ends[partition] - (offset ?? starts[partition]))));
            }
        }
        return lags;
    }

    private string Describe(IReadOnlyList<PartitionLag> lags, long recordsMax)
    {
        string state = lags.Count == 0 ? "has committed nothing" : string.Create(CultureInfo.InvariantCulture, $"still lags by {lags.Sum(static lag => lag.Records)} records");
        return string.Create(CultureInfo.InvariantCulture, $"group '{Id}' {state}; at most {recordsMax} were wanted");
    }

    private static string[] LagLines(IReadOnlyList<PartitionLag> lags) =>
    [
        .. lags.Where(static lag => lag.Records > 0).Select(static lag => string.Create(
            CultureInfo.InvariantCulture, $"{lag.Topic}-{lag.Partition}: {(lag.Committed is { } offset ? $"committed {offset}" : "nothing committed")} of {lag.End}, lag {lag.Records}")),
    ];

    private sealed record PartitionLag(string Topic, int Partition, long? Committed, long End, long Records);
}
