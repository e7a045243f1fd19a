using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Broker.Tests.Groups;
using Sluice.Broker.Tests.Support;
using Sluice.Log;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>One shard of the transaction coordinator without a broker around it: log in memory, markers written when the test says so.</summary>
internal sealed class TransactionBench
{
    public const string Id = "tx";

    private readonly string[] _settings;
    private readonly Recorder _recorder = new();
    private ShardTimers _timers;
    private long _nextProducerId = 1000;

    public TransactionBench(params string[] settings)
    {
        _settings = settings;
        (Shard, _timers) = Create();
        Shard.OnLoaded();
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(TestBroker.StartMs));

    public MemoryCoordinatorLog Log { get; } = new();

    public TransactionShard Shard { get; private set; }

    /// <summary>Transactions whose markers are to be written, in the order in which they were begun.</summary>
    public List<PreparedTransaction> Prepared => _recorder.Prepared;

    public Transaction? Transaction => Shard.Transactions.GetValueOrDefault(Id);

    public TransactionStatus? Status => Transaction?.Status;

    /// <summary>InitProducerId as the coordinator runs it: again with a fresh producer id, if one is needed.</summary>
    public ProducerOutcome Init(ProducerIdentity? expected = null, int timeoutMs = 60_000)
    {
        ProducerOutcome outcome = Shard.InitProducerId(Id, timeoutMs, expected, -1);
        return outcome.NeedsProducerId ? Shard.InitProducerId(Id, timeoutMs, expected, _nextProducerId++) : outcome;
    }

    public ProducerOutcome End(ProducerIdentity producer, bool isCommit, bool isVersion2 = true)
    {
        ProducerOutcome outcome = Shard.End(Id, producer, isCommit, isVersion2, -1);
        return outcome.NeedsProducerId ? Shard.End(Id, producer, isCommit, isVersion2, _nextProducerId++) : outcome;
    }

    public ErrorCode Add(ProducerIdentity producer, params (string Topic, int Partition)[] partitions) => Add(producer, clientVersion: 2, partitions);

    public ErrorCode Add(ProducerIdentity producer, short clientVersion, params (string Topic, int Partition)[] partitions) =>
        Shard.AddPartitions(Id, producer, [.. partitions.Select(static partition => new TopicPartition(partition.Topic, partition.Partition))], clientVersion).Error;

    public ErrorCode Verify(ProducerIdentity producer, string topic, int partition)
    {
        ErrorCode[] errors = new ErrorCode[1];
        Shard.Verify(Id, producer, [new TopicPartition(topic, partition)], errors);
        return errors[0];
    }

    /// <summary>All markers of the last transaction that was begun to be completed are written.</summary>
    public ErrorCode CompleteLast() => Shard.Complete(Prepared[^1]);

    /// <summary>Brings the transactional id into a state by the ways that lead there.</summary>
    /// <returns>The producer, as a client knows it that is in that state.</returns>
    public ProducerIdentity Reach(TransactionStatus status, bool isVersion2 = true)
    {
        ProducerIdentity producer = Init().Producer;
        if (status == TransactionStatus.Empty) return producer;
        Add(producer, isVersion2 ? (short)2 : (short)0, ("t", 0)).ShouldBe(ErrorCode.None);
        if (status == TransactionStatus.Ongoing) return producer;
        ProducerOutcome ended = End(producer, status is TransactionStatus.PrepareCommit or TransactionStatus.CompleteCommit, isVersion2);
        ended.Error.ShouldBe(ErrorCode.None);
        if (status is TransactionStatus.CompleteCommit or TransactionStatus.CompleteAbort) CompleteLast().ShouldBe(ErrorCode.None);
        Status.ShouldBe(status);
        return ended.Producer;
    }

    /// <summary>Has epochs of the producer used up to one that a client is given.</summary>
    public ProducerIdentity ReachEpoch(short epoch)
    {
        ProducerIdentity producer = Init().Producer;
        while (producer.Epoch < epoch) producer = Init().Producer;
        return producer;
    }

    /// <summary>Moves the clock, stopping at each timer that is due on the way.</summary>
    public void Advance(long milliseconds)
    {
        long endMs = _timers.NowMs + milliseconds;
        while (_timers.NextDueMs is { } dueMs && dueMs <= endMs)
        {
            if (dueMs > _timers.NowMs) Time.Advance(TimeSpan.FromMilliseconds(dueMs - _timers.NowMs));
            _timers.RunDue();
        }
        Time.Advance(TimeSpan.FromMilliseconds(endMs - _timers.NowMs));
    }

    /// <summary>As after a restart: another shard that read the same log.</summary>
    public void Restart()
    {
        Shard.OnUnloaded();
        Prepared.Clear();
        (Shard, _timers) = Create();
        Log.ReplayInto(Shard);
        Shard.OnLoaded();
    }

    private (TransactionShard Shard, ShardTimers Timers) Create()
    {
        ShardTimers timers = new(Time);
        StaticConfig config = TestBroker.Options("unused", _settings).Config;
        BrokerSettings settings = BrokerSettings.Create(config, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);
        TransactionShardContext context = new()
        {
            Log = Log,
            Timers = timers,
            Settings = new TransactionCoordinatorSettings(settings),
            Completion = _recorder,
            CoordinatorEpoch = static () => 7,
            Time = Time,
            Logger = NullLogger.Instance,
        };
        return (new TransactionShard(context), timers);
    }

    private sealed class Recorder : ITransactionCompletion
    {
        public List<PreparedTransaction> Prepared { get; } = [];

        public void Begin(PreparedTransaction prepared) => Prepared.Add(prepared);
    }
}
