using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;

namespace Sluice.Conformance.Clients;

/// <summary>A consumer of a group on a thread of its own: reads, remembers what it read, and commits.</summary>
public sealed class GroupMember : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<(int Partition, long Offset), int> _seen;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Task _reading;
    private volatile bool _abandons;

    /// <summary>Starts a member.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="group">Group id.</param>
    /// <param name="topic">What to subscribe to.</param>
    /// <param name="seen">Counts, for all members, how often each record was read.</param>
    /// <param name="change">Changes the consumer's settings.</param>
    public GroupMember(string bootstrapServers, string group, string topic, ConcurrentDictionary<(int Partition, long Offset), int> seen, Action<ConsumerConfig>? change = null)
    {
        _seen = seen;
        ConsumerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            SessionTimeoutMs = 6_000,
            HeartbeatIntervalMs = 500,
        };
        change?.Invoke(config);
        _consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetLogHandler(static (_, _) => { })
            .SetErrorHandler(static (_, _) => { })
            .SetPartitionsAssignedHandler((_, _) => AssignmentsCount++)
            .Build();
        _consumer.Subscribe(topic);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How often it was given partitions.</summary>
    public int AssignmentsCount { get; private set; }

    /// <summary>Partitions that it has now.</summary>
    public IReadOnlyList<int> Partitions { get; private set; } = [];

    /// <summary>Stops without a word, as a process that is killed: the group learns of it when the session ends.</summary>
    public async Task AbandonAsync()
    {
        _abandons = true;
        await _stopping.CancelAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        _stopping.Dispose();
    }

    private void Read()
    {
        int uncommittedCount = 0;
        while (!_stopping.IsCancellationRequested)
        {
            ConsumeResult<byte[], byte[]>? result = _consumer.Consume(100);
            Partitions = [.. _consumer.Assignment.Select(static partition => partition.Partition.Value)];
            if (result is not null)
            {
                _seen.AddOrUpdate((result.Partition.Value, result.Offset.Value), 1, static (_, count) => count + 1);
                uncommittedCount++;
            }
            if (uncommittedCount >= 1000 || (result is null && uncommittedCount > 0)) uncommittedCount = Commit() ? 0 : uncommittedCount;
        }
        if (!_abandons)
        {
            if (uncommittedCount > 0) Commit();
            _consumer.Close();
        }
        _consumer.Dispose(); // By itself it leaves no group.
    }

    private bool Commit()
    {
        try
        {
            _consumer.Commit();
            return true;
        }
        catch (KafkaException refused) when (
            refused.Error.IsLocalError || refused.Error.Code is ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.StaleMemberEpoch)
        {
            return false; // Somebody else has the partitions by now, and reads these records again; or the broker is away, and it is tried again.
        }
    }

    public override string ToString() => string.Join(',', Partitions.Select(static partition => partition.ToString(CultureInfo.InvariantCulture)));
}
