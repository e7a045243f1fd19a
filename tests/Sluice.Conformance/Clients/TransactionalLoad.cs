using System.Globalization;
using Confluent.Kafka;

namespace Sluice.Conformance.Clients;

/// <summary>One transactional producer under load: every transaction writes to several topics and commits an offset, and its outcome is remembered.</summary>
/// <remarks>Runs until it is stopped, whatever becomes of the broker; a producer that gave up is replaced by another one with the same transactional id.</remarks>
public sealed class TransactionalLoad : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _bootstrapServers;
    private readonly Random _random;
    private readonly IConsumer<byte[], byte[]> _group;
    private int _committedCount;

    /// <summary>Makes a load.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="transactionalId">Id of the producer, of its group, and of its values.</param>
    /// <param name="targets">Where it writes to.</param>
    /// <param name="seed">Of everything that is left to chance.</param>
    public TransactionalLoad(string bootstrapServers, string transactionalId, IReadOnlyList<TopicPartition> targets, int seed)
    {
        _bootstrapServers = bootstrapServers;
        TransactionalId = transactionalId;
        Targets = targets;
        _random = new Random(seed);
        _group = ConfluentConsumer.Open(bootstrapServers, config => config.GroupId = transactionalId);
    }

    /// <summary>Id of the producer, of its group, and of its values.</summary>
    public string TransactionalId { get; }

    /// <summary>Where it writes to.</summary>
    public IReadOnlyList<TopicPartition> Targets { get; }

    /// <summary>Commits that were acknowledged until now; for those who wait while it runs.</summary>
    public int CommittedCount => Volatile.Read(ref _committedCount);

    /// <summary>Values of each transaction, by its number.</summary>
    public Dictionary<int, int> ValuesCount { get; } = [];

    /// <summary>Transactions whose commit was acknowledged.</summary>
    public HashSet<int> Committed { get; } = [];

    /// <summary>Transactions of which every value was acknowledged before they were aborted.</summary>
    public HashSet<int> Aborted { get; } = [];

    /// <summary>Transactions of which nobody was told how they ended: committed as a whole, or not at all.</summary>
    public HashSet<int> Unknown { get; } = [];

    /// <summary>Partition under which the group commits the number of the transaction.</summary>
    public TopicPartition OffsetOf => Targets[0];

    /// <summary>A value of a transaction.</summary>
    public static string Value(string transactionalId, int transaction, int index) => string.Create(CultureInfo.InvariantCulture, $"{transactionalId}/{transaction}/{index}");

    /// <summary>Produces until it is told to stop.</summary>
    public void Run(CancellationToken stop)
    {
        IProducer<string, string>? producer = null;
        try
        {
            for (int transaction = 1; !stop.IsCancellationRequested;)
            {
                producer ??= Start(stop);
                if (producer is null) return;
                if (!RunOne(producer, transaction++))
                {
                    producer.Dispose();
                    producer = null;
                }
            }
        }
        finally
        {
            producer?.Dispose();
        }
    }

    public void Dispose()
    {
        _group.Close();
        _group.Dispose();
    }

    private IProducer<string, string>? Start(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            IProducer<string, string> producer = TransactionalClients.OpenProducer(_bootstrapServers, TransactionalId, timeoutMs: 20_000);
            try
            {
                producer.InitTransactions(Patience);
                return producer;
            }
            catch (KafkaException)
            {
                producer.Dispose(); // The broker is away; another one asks again.
            }
        }
        return null;
    }

    /// <returns>False if the producer is of no use any more.</returns>
    private bool RunOne(IProducer<string, string> producer, int transaction)
    {
        int count = _random.Next(1, 40);
        bool abort = _random.Next(4) == 0;
        bool mayBeCommitted = false;
        ValuesCount[transaction] = count;
        try
        {
            producer.BeginTransaction();
            for (int index = 0; index < count; index++)
                producer.Produce(Targets[_random.Next(Targets.Count)], new Message<string, string> { Key = TransactionalId, Value = Value(TransactionalId, transaction, index) });
            producer.SendOffsetsToTransaction([new TopicPartitionOffset(OffsetOf, transaction)], _group.ConsumerGroupMetadata, Patience);
            bool isWritten = producer.Flush(Patience) == 0;
            if (abort)
            {
                if (isWritten) Aborted.Add(transaction);
                producer.AbortTransaction(Patience);
                return true;
            }
            mayBeCommitted = true;
            producer.CommitTransaction(Patience);
            Committed.Add(transaction);
            Volatile.Write(ref _committedCount, Committed.Count);
            return true;
        }
        catch (KafkaException)
        {
            if (mayBeCommitted) Unknown.Add(transaction);
            return false;
        }
    }
}
