using System.Buffers.Binary;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;
using ClientEndpoint = Sluice.Client.BrokerEndpoint;

namespace Sluice.Conformance;

/// <summary>What librdkafka really sends, in Confluent's build and in Debian's, recorded and then damaged: nothing falls, hangs or grows, and nobody else notices.</summary>
/// <remarks><c>SLUICE_SEED</c> repeats the damage; <c>SLUICE_LONG_TESTS=1</c> sends a million frames.</remarks>
public sealed class DamagedClientTrafficTests
{
    private const string Topic = "events";

    // Of each API and version: enough to differ, few enough that fetches do not crowd out the others.
    private const int SamplesPerKind = 8;

    private readonly Dictionary<(short ApiKey, short ApiVersion), List<byte[]>> _recorded = [];

    [Fact]
    public async Task Recorded_requests_that_were_damaged_do_no_harm()
    {
        Kcat.SkipIfMissing();
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();
        int count = Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? 1_000_000 : 4_000;
        await using FaultyProxy proxy = new(seed) { OnRequest = Record };
        using ErrorLog log = new();
        await using InProcessBroker broker = await InProcessBroker.StartAsync(
            log, Microsoft.Extensions.Logging.LogLevel.Trace,
            ("advertised.listeners", $"PLAINTEXT://{proxy.BootstrapServers}"),
            ("group.initial.rebalance.delay.ms", "0"),
            ("auto.create.topics.enable", "false"));
        proxy.BrokerPort = broker.Port;
        await RunClientsAsync(proxy.BootstrapServers);
        byte[][] samples = [.. _recorded.Values.SelectMany(static frames => frames)];
        TestContext.Current.TestOutputHelper?.WriteLine($"SLUICE_SEED={seed}: {samples.Length} requests of {_recorded.Count} APIs and versions");
        // Produce, Fetch, ListOffsets, Metadata, the groups' (both protocols), the transactions', topics and configs: or the clients did not do their work.
        _recorded.Keys.Select(static kind => kind.ApiKey).Distinct().Count().ShouldBeGreaterThan(20);
        List<string> before = TransactionalClients.ReadAll(broker.BootstrapServers, Topic, partitionsCount: 1, Confluent.Kafka.IsolationLevel.ReadCommitted);

        // Not by the proxy, which passes only whole frames.
        ClientEndpoint endpoint = new("127.0.0.1", broker.Port);
        DamagedTraffic traffic = new(samples, _ => FrameChannel.ConnectAsync(endpoint, new KafkaClientOptions(), TestContext.Current.CancellationToken));
        await traffic.SendAsync(seed, count);

        // Damage may have left a sound request, which has its effect; the records that were there stay.
        List<string> after = TransactionalClients.ReadAll(broker.BootstrapServers, Topic, partitionsCount: 1, Confluent.Kafka.IsolationLevel.ReadUncommitted);
        before.Except(after).ShouldBeEmpty($"SLUICE_SEED={seed}");
        log.Errors.ShouldBeEmpty($"SLUICE_SEED={seed}");
    }

    private static async Task RunClientsAsync(string bootstrapServers)
    {
        using (IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build())
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }, new TopicSpecification { Name = "spare", NumPartitions = 1, ReplicationFactor = 1 }]);
            ConfigResource resource = new() { Type = ResourceType.Topic, Name = "spare" };
            await admin.DescribeConfigsAsync([resource]);
            await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
            {
                [resource] = [new ConfigEntry { Name = "retention.ms", Value = "100000", IncrementalOperation = AlterConfigOpType.Set }],
            });
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "spare", IncreaseTo = 2 }]);
            await admin.DeleteRecordsAsync([new TopicPartitionOffset("spare", 0, Offset.End)]);
            await admin.ListConsumerGroupsAsync();
            await admin.DescribeClusterAsync();
        }
        foreach (string codec in new[] { "none", "gzip", "snappy", "lz4", "zstd" })
            await Kcat.Run("one\ntwo\nthree\n", Volume.Patience, "-P", "-b", bootstrapServers, "-t", Topic, "-z", codec);
        await Kcat.Run("", Volume.Patience, "-C", "-b", bootstrapServers, "-t", Topic, "-o", "beginning", "-e");
        using (IConsumer<string, string> group = OpenConsumer(bootstrapServers, GroupProtocol.Classic))
        using (IProducer<string, string> producer = TransactionalClients.OpenProducer(bootstrapServers, "tx"))
        {
            producer.InitTransactions(Volume.Patience);
            foreach (bool commits in new[] { true, false })
            {
                producer.BeginTransaction();
                await producer.ProduceAsync(Topic, new Message<string, string> { Key = "k", Value = $"transactional {commits}" });
                producer.SendOffsetsToTransaction([new TopicPartitionOffset(Topic, 0, 1)], group.ConsumerGroupMetadata, Volume.Patience);
                if (commits) producer.CommitTransaction(Volume.Patience);
                else producer.AbortTransaction(Volume.Patience);
            }
        }
        foreach (GroupProtocol protocol in new[] { GroupProtocol.Classic, GroupProtocol.Consumer })
        {
            using IConsumer<string, string> consumer = OpenConsumer(bootstrapServers, protocol);
            consumer.Subscribe(Topic);
            using CancellationTokenSource deadline = new(Volume.Patience);
            consumer.Commit(consumer.Consume(deadline.Token));
            consumer.Committed(Volume.Patience);
            consumer.Close();
        }
    }

    private static IConsumer<string, string> OpenConsumer(string bootstrapServers, GroupProtocol protocol)
    {
        ConsumerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            GroupId = $"{protocol}",
            GroupProtocol = protocol,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        };
        return new ConsumerBuilder<string, string>(config).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
    }

    private void Record(byte[] frame)
    {
        (short ApiKey, short ApiVersion) kind = (BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(sizeof(int))), BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(sizeof(int) + sizeof(short))));
        lock (_recorded)
        {
            if (!_recorded.TryGetValue(kind, out List<byte[]>? frames)) _recorded[kind] = frames = [];
            if (frames.Count < SamplesPerKind) frames.Add(frame[sizeof(int)..]);
        }
    }
}
