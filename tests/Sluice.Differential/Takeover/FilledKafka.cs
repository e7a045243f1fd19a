using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Differential.Tools;

namespace Sluice.Differential.Takeover;

/// <summary>Fills a Kafka with everything that a takeover must bring over, as its users would.</summary>
/// <remarks>Holds the producers that have not finished when Kafka stops: one that goes on afterwards, one whose transaction stays open.</remarks>
internal sealed class FilledKafka : IDisposable
{
    public const string ContinuedTopic = "codec-zstd";

    /// <summary>Records of the transaction that was aborted, in each partition of <c>transactions</c>.</summary>
    public const int AbortedCount = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _bootstrapServers;
    private IProducer<string, string>? _openTransaction;

    private FilledKafka(string bootstrapServers)
    {
        _bootstrapServers = bootstrapServers;
        Continuing = Producer(static config => config.EnableIdempotence = true);
    }

    /// <summary>Settings that Kafka must be started with.</summary>
    public static string[] Settings { get; } =
    [
        "scram=SCRAM-SHA-256=[name=alice,password=alice-secret]",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS",
        "log.cleaner.backoff.ms=200", "offsets.topic.num.partitions=3", "transaction.state.log.num.partitions=3",
    ];

    /// <summary>An idempotent producer that has sent records to <see cref="ContinuedTopic"/>, and goes on where it stopped.</summary>
    public IProducer<string, string> Continuing { get; }

    public static async Task<FilledKafka> FillAsync(string bootstrapServers, string logFolder)
    {
        var filled = new FilledKafka(bootstrapServers);
        try
        {
            using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
            await filled.CreateTopicsAsync(admin);
            foreach (CompressionType codec in Enum.GetValues<CompressionType>()) filled.SendAll(TopicOf(codec), codec);
            await filled.CompactAsync(logFolder);
            filled.RunTransactions();
            filled.CommitOffsets();
            for (int number = 0; number < 100; number++) await filled.Continuing.ProduceAsync(ContinuedTopic, Message(number));
            await ChangeAsync(admin, bootstrapServers);
            return filled;
        }
        catch
        {
            filled.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Continuing.Dispose();
        _openTransaction?.Dispose();
    }

    /// <summary>Ends the transaction that was open when Kafka stopped. Its producer knows nothing of the change but a lost connection.</summary>
    public void CommitOpenTransaction() => _openTransaction!.CommitTransaction(Patience);

    private static string TopicOf(CompressionType codec) => $"codec-{codec.ToString().ToLowerInvariant()}";

    private static Message<string, string> Message(int number) => new()
    {
        Key = string.Create(CultureInfo.InvariantCulture, $"key {number % 50}"),
        Value = string.Create(CultureInfo.InvariantCulture, $"value {number} {new string('x', number % 300)}"),
        Headers = [new Header("number", BitConverter.GetBytes(number))],
    };

    private IProducer<string, string> Producer(Action<ProducerConfig> change)
    {
        var config = new ProducerConfig { BootstrapServers = _bootstrapServers, Acks = Acks.All, LingerMs = 5, MessageTimeoutMs = 120_000 };
        change(config);
        return new ProducerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).Build();
    }

    private async Task CreateTopicsAsync(IAdminClient admin)
    {
        await admin.CreateTopicsAsync(
        [
            .. Enum.GetValues<CompressionType>().Select(static codec => new TopicSpecification { Name = TopicOf(codec), NumPartitions = 2, ReplicationFactor = 1 }),
            new TopicSpecification
            {
                Name = "compacted",
                NumPartitions = 1,
                ReplicationFactor = 1,
                Configs = new() { ["cleanup.policy"] = "compact", ["segment.ms"] = "100", ["min.cleanable.dirty.ratio"] = "0.01" },
            },
            new TopicSpecification { Name = "transactions", NumPartitions = 3, ReplicationFactor = 1, Configs = new() { ["retention.ms"] = "-1", ["segment.bytes"] = "1048576" } },
            new TopicSpecification { Name = "deleted", NumPartitions = 2, ReplicationFactor = 1 },
            new TopicSpecification { Name = "created-again", NumPartitions = 3, ReplicationFactor = 1 },
        ]);
        SendAll("created-again", CompressionType.None);
        await admin.DeleteTopicsAsync(["deleted", "created-again"]);
        // Kafka answers before the name is free everywhere.
        await RetryAsync(() => admin.CreateTopicsAsync([new TopicSpecification { Name = "created-again", NumPartitions = 1, ReplicationFactor = 1 }]));
    }

    private void SendAll(string topic, CompressionType codec)
    {
        using IProducer<string, string> producer = Producer(config => config.CompressionType = codec);
        for (int number = 0; number < 1000; number++) producer.Produce(topic, Message(number));
        producer.Flush(Patience);
    }

    // The same keys again and again, a roll behind each round, and a tombstone: then Kafka's cleaner is waited for, and kept from coming again.
    private async Task CompactAsync(string logFolder)
    {
        using IProducer<string, string> producer = Producer(static config => config.CompressionType = CompressionType.Lz4);
        for (int round = 0; round < 3; round++)
        {
            for (int number = 0; number < 200; number++) producer.Produce("compacted", Message(number));
            producer.Produce("compacted", new Message<string, string> { Key = "key 7", Value = null! });
            producer.Flush(Patience);
            await Task.Delay(150);
        }
        await producer.ProduceAsync("compacted", Message(1));
        string checkpoint = Path.Combine(logFolder, "cleaner-offset-checkpoint");
        await WaitAsync(() => File.Exists(checkpoint) && File.ReadAllText(checkpoint).Contains("compacted 0", StringComparison.Ordinal), "Kafka to compact");
    }

    private void RunTransactions()
    {
        using (IProducer<string, string> producer = Producer(static config =>
        {
            config.TransactionalId = "finished";
            config.MessageTimeoutMs = 60_000;
        }))
        {
            producer.InitTransactions(Patience);
            foreach (bool commits in new[] { true, false, true })
            {
                producer.BeginTransaction();
                for (int number = 0; number < 60; number++) producer.Produce(new TopicPartition("transactions", number % 3), Message(number));
                producer.Flush(Patience); // An abort would drop what was not sent yet.
                if (commits) producer.CommitTransaction(Patience);
                else producer.AbortTransaction(Patience);
            }
        }
        _openTransaction = Producer(static config =>
        {
            config.TransactionalId = "open";
            config.TransactionTimeoutMs = 800_000;
            config.MessageTimeoutMs = 60_000;
        });
        _openTransaction.InitTransactions(Patience);
        _openTransaction.BeginTransaction();
        for (int number = 0; number < 20; number++) _openTransaction.Produce(new TopicPartition("transactions", number % 2), Message(number));
        _openTransaction.Flush(Patience);
        SendAll("transactions", CompressionType.Snappy);
    }

    private void CommitOffsets()
    {
        using IConsumer<Ignore, Ignore> consumer = new ConsumerBuilder<Ignore, Ignore>(
            new ConsumerConfig { BootstrapServers = _bootstrapServers, GroupId = "readers", EnableAutoCommit = false }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Commit([new TopicPartitionOffset(TopicOf(CompressionType.Gzip), 0, 123), new TopicPartitionOffset(TopicOf(CompressionType.Gzip), 1, 45)]);
        consumer.Close();
    }

    private static async Task ChangeAsync(IAdminClient admin, string bootstrapServers)
    {
        await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = "compacted" }] = [Set("min.cleanable.dirty.ratio", "0.99"), Set("segment.ms", "600000000")],
            [new ConfigResource { Type = ResourceType.Topic, Name = TopicOf(CompressionType.None) }] = [Set("max.message.bytes", "2000000"), Set("retention.bytes", "100000000")],
            [new ConfigResource { Type = ResourceType.Broker, Name = "1" }] = [Set("log.cleaner.threads", "2")],
        });
        await admin.CreateAclsAsync(
        [
            new AclBinding
            {
                Pattern = new ResourcePattern { Type = ResourceType.Topic, Name = "codec-", ResourcePatternType = ResourcePatternType.Prefixed },
                Entry = new AccessControlEntry { Principal = "User:alice", Host = "*", Operation = AclOperation.Read, PermissionType = AclPermissionType.Allow },
            },
        ]);
        await admin.AlterUserScramCredentialsAsync(
        [
            new UserScramCredentialUpsertion
            {
                User = "bob",
                Password = "bob-secret"u8.ToArray(),
                ScramCredentialInfo = new ScramCredentialInfo { Mechanism = ScramMechanism.ScramSha512, Iterations = 8192 },
            },
        ]);
        (await KafkaTool.Run("configs", "--bootstrap-server", bootstrapServers, "--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=987654321")).Succeeded();
        (await KafkaTool.Run("configs", "--bootstrap-server", bootstrapServers, "--alter", "--entity-type", "users", "--entity-name", "alice", "--add-config", "producer_byte_rate=1048576")).Succeeded();
    }

    private static ConfigEntry Set(string name, string value) => new() { Name = name, Value = value, IncrementalOperation = AlterConfigOpType.Set };

    private static async Task RetryAsync(Func<Task> attempt)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (CreateTopicsException) when (Environment.TickCount64 < deadline)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task WaitAsync(Func<bool> condition, string what)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            if (Environment.TickCount64 > deadline) throw new TimeoutException($"Waited in vain for {what}.");
            await Task.Delay(50);
        }
    }
}
