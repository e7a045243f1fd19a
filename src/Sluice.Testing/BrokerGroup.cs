using System.Text;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Testing;

/// <summary>A consumer group of a broker, seen by the test.</summary>
/// <remarks>Faults and pauses do not concern these calls. Safe for any thread.</remarks>
public sealed class BrokerGroup
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(10);

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
        KafkaCluster cluster = await _broker.ClusterAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<GroupOffset> offsets = await new AdminClient(cluster).ListGroupOffsetsAsync(Id, cancellationToken).ConfigureAwait(false);
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
        long startedAt = TimeProvider.System.GetTimestamp();
        DateTimeOffset brokerTimeAtStart = _broker.Time.GetUtcNow();
        while (true)
        {
            IReadOnlyList<PartitionLag> lags = await LagsAsync(cancellationToken).ConfigureAwait(false);
            if (lags.Count > 0 && lags.Sum(static lag => lag.Records) <= recordsMax) return;
            if (TimeProvider.System.GetElapsedTime(startedAt) >= timeout) throw new TimeoutException(Describe(lags, recordsMax, timeout, brokerTimeAtStart));
            await Task.Delay(LookAgainAfter, TimeProvider.System, cancellationToken).ConfigureAwait(false);
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

    private string Describe(IReadOnlyList<PartitionLag> lags, long recordsMax, TimeSpan timeout, DateTimeOffset brokerTimeAtStart)
    {
        StringBuilder text = new();
        string state = lags.Count == 0 ? "has committed nothing" : $"still lags by {lags.Sum(static lag => lag.Records)} records";
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"group '{Id}' {state} after {timeout.TotalSeconds} s; at most {recordsMax} were wanted");
        foreach (PartitionLag lag in lags.Where(static lag => lag.Records > 0))
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n  {lag.Topic}-{lag.Partition}: {(lag.Committed is { } offset ? $"committed {offset}" : "nothing committed")} of {lag.End}, lag {lag.Records}");
        if (_broker.Time != TimeProvider.System && _broker.Time.GetUtcNow() == brokerTimeAtStart)
            text.Append("\n  The broker's clock stood still meanwhile: what waits for it, waits until the test moves it.");
        return text.ToString();
    }

    private sealed record PartitionLag(string Topic, int Partition, long? Committed, long End, long Records);
}
