using Sluice.Broker.Takeover;
using Sluice.Broker.Tests.Configs;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Tests;
using Sluice.Metadata.Tests.Kafka;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Takeover;

/// <summary>What clients find after a broker was started on the directory of a stopped Kafka.</summary>
public sealed class KafkaTakeoverTests
{
    private const string Node = "node.id=5";

    [Fact]
    public async Task Topics_records_settings_and_ids_come_over_and_epochs_go_on()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log
            .Append(KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "retention.ms", "-1"), KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "cleanup.policy", " delete "))
            .Append(KafkaLogBuilder.Config(ConfigResourceType.Broker, "", "log.retention.ms", "123456789"), KafkaLogBuilder.Config(ConfigResourceType.Broker, "5", "message.max.bytes", "2000000"))
            .Append(new ProducerIdsRecord { BrokerId = 5, NextProducerId = 7000 });
        data.WriteMetadata();
        byte[] kafkaMetadata = File.ReadAllBytes(data.Log.SegmentPath(data.MetadataFolder));

        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, Node);
        KafkaConnection connection = await broker.ConnectAsync();
        (broker.Server.ClusterId, broker.Server.BrokerId, broker.Server.Recovery.WasClean).ShouldBe((KafkaData.ClusterId, 5, true));
        MetadataResponse.MetadataResponseTopic topic = (await connection.SendAsync(new MetadataRequest { Topics = null })).Topics.ShouldHaveSingleItem();
        (topic.Name, topic.TopicId).ShouldBe(("orders", data.Orders.Id));
        topic.Partitions.Select(static partition => (partition.LeaderId, partition.LeaderEpoch)).ShouldBe([(5, 7), (5, 7)]);
        (await connection.ReadAllAsync(data.Orders)).ShouldBe(["a"]);
        (await connection.ReadAllAsync(data.Orders, 1)).ShouldBe(["b", "c"]);
        (await connection.AppendAsync(data.Orders, Batches.Of("d"), partition: 1)).ShouldBe(2);
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "orders", "retention.ms")).Value.ShouldBe("-1");
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "orders", "cleanup.policy")).Value.ShouldBe("delete");
        (await connection.DescribeOneAsync(ConfigCalls.Topic, "orders", "max.message.bytes")).Value.ShouldBe("2000000");
        (await connection.DescribeOneAsync(ConfigCalls.Broker, "5", "log.retention.ms")).Value.ShouldBe("123456789");
        (await connection.SendAsync(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 1000 })).ProducerId.ShouldBe(7000);
        broker.Log.Events.Count(static logged => logged.Name == "KafkaTakenOver").ShouldBe(1);
        broker.Server.TakenOver.ShouldNotBeNull().Topics.ShouldHaveSingleItem().PartitionsCount.ShouldBe(2);

        await broker.RestartAsync();
        broker.Server.TakenOver.ShouldBeNull("it is taken over once");
        broker.Server.KafkaRecords.ShouldNotBeNull();
        broker.Server.TopicCount.ShouldBe(1);
        (await (await broker.ConnectAsync()).ReadAllAsync(data.Orders, 1)).ShouldBe(["b", "c", "d"]);
        File.ReadAllBytes(data.Log.SegmentPath(data.MetadataFolder)).ShouldBe(kafkaMetadata);
    }

    [Fact]
    public async Task What_was_changed_since_is_not_undone_by_the_next_start()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, Node);
        KafkaConnection connection = await broker.ConnectAsync();
        await connection.CreateTopicAsync("new");
        await connection.DeleteTopicAsync("orders");

        await broker.RestartAsync();
        (await (await broker.ConnectAsync()).SendAsync(new MetadataRequest { Topics = null })).Topics.Select(static topic => topic.Name).ShouldBe(["new"]);
    }

    [Fact]
    public async Task Users_rules_quotas_and_settings_without_a_place_are_kept_and_told()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log
            .Append(Credential(1, 32), Credential(2, 64))
            .Append(new AccessControlEntryRecord
            {
                Id = new Uuid(1, 1), ResourceType = 2, ResourceName = "orders", PatternType = 3, Principal = "User:alice", Host = "*", Operation = 3, PermissionType = 3,
            })
            .Append(new DelegationTokenRecord { TokenId = "t" })
            .Append(
                KafkaLogBuilder.Config(ConfigResourceType.Broker, "5", "ssl.keystore.password", "hidden-secret"),
                KafkaLogBuilder.Config(ConfigResourceType.Broker, "5", "listeners", "SASL_SSL://:9093"),
                KafkaLogBuilder.Config(ConfigResourceType.Broker, "", "num.io.threads", "16"),
                KafkaLogBuilder.Config(ConfigResourceType.BrokerLogger, "5", "kafka", "DEBUG"),
                KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "from.the.future", "1"));
        data.WriteMetadata();

        KafkaInspection inspection = KafkaTakeover.Inspect([data.Path], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken);
        inspection.FindHindrance(force: false).ShouldBeNull();
        string told = string.Join('\n', inspection.Findings.Select(static finding => finding.Message));
        told.ShouldContain("taken over: 1 ACL; acted upon where authorizer.class.name is set, as with Kafka");
        told.ShouldContain("taken over: 2 SCRAM credentials; users are asked for a password on listeners with SASL");
        told.ShouldContain("left behind: 1 delegation token");
        told.ShouldContain("kept aside, without effect: ssl.keystore.password of broker 5");
        told.ShouldContain("kept aside, without effect: listeners of broker 5");
        told.ShouldContain("without effect: num.io.threads");
        told.ShouldContain("without effect: from.the.future; Sluice has no such setting");
        told.ShouldNotContain("hidden-secret");
        inspection.BrokerConfigs.ShouldContain((ConfigResource.Broker(5), "ssl.keystore.password", null));
        inspection.TakenOver.CountOf(UserScramCredentialRecord.RecordType).ShouldBe(2);
        inspection.TakenOver.CountOf(ConfigRecord.RecordType).ShouldBe(3);

        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, Node);
        KafkaTakenOver kept = broker.Server.KafkaRecords.ShouldNotBeNull();
        kept.Kept.ShouldBe(inspection.TakenOver.Kept.Where(static record => record.Type is not (AccessControlEntryRecord.RecordType or UserScramCredentialRecord.RecordType)));
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.SendAsync(new DescribeUserScramCredentialsRequest { Users = null })).Results.ShouldHaveSingleItem().CredentialInfos.Count.ShouldBe(2);
        (await connection.DescribeOneAsync(ConfigCalls.Broker, "5", "num.io.threads")).Value.ShouldBe("16");
        // What went aside does not stand in the way of other changes.
        await connection.CreateTopicAsync("new");
    }

    private static UserScramCredentialRecord Credential(sbyte mechanism, int keyBytes) => new()
    {
        Name = "alice", Mechanism = mechanism, Iterations = 4096, Salt = new byte[] { 1 }, StoredKey = new byte[keyBytes], ServerKey = new byte[keyBytes],
    };

    [Fact]
    public async Task A_disk_that_refuses_leaves_a_directory_of_Kafka_that_can_be_taken_over_later()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        FaultyFiles files = new() { Failure = FaultyFiles.DiskFull };

        (await data.RefusalAsync(options => options.AdjustMetadata = metadata => metadata.Files = files)).ShouldContain(FaultyFiles.DiskFull.Message);

        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, Node);
        broker.Server.TakenOver.ShouldNotBeNull();
        (await (await broker.ConnectAsync()).ReadAllAsync(data.Orders)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Folders_of_deleted_topics_are_told_of_and_not_served()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Append(new RemoveTopicRecord { TopicId = data.Orders.Id });
        data.WriteMetadata();

        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, Node);
        broker.Server.TopicCount.ShouldBe(0);
        broker.Server.TakenOver!.Findings.Select(static finding => finding.Message).ShouldContain(static message => message.StartsWith("orders-0, orders-1 are folders of topics that were deleted"));
        Directory.Exists(Path.Combine(data.Path, "orders-1")).ShouldBeTrue();
    }

    [Fact]
    public async Task Metadata_is_found_where_the_option_or_the_setting_says()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        string folder = Path.Combine(data.OtherPath, "__cluster_metadata-0");
        data.WriteMetadata(folder);

        (await data.RefusalAsync()).ShouldContain("name its metadata.log.dir with --kafka-metadata");
        (await data.RefusalAsync(options => options.Takeover.MetadataDirectory = data.Path)).ShouldContain("there is no __cluster_metadata-0 in");
        foreach (string named in new[] { data.OtherPath, folder, folder + "/" })
        {
            KafkaTakeover.Inspect([data.Path], new KafkaTakeoverOptions { MetadataDirectory = named }, TestContext.Current.CancellationToken).MetadataDirectory.TrimEnd('/').ShouldBe(folder);
        }
        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, Node, $"metadata.log.dir={data.OtherPath}");
        broker.Server.TakenOver.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_inspection_changes_nothing_and_runs_beside_a_broker()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        string lockPath = Path.Combine(data.Path, LogDirectoryLock.FileName);
        File.Delete(lockPath);
        string before = data.Content();

        KafkaInspection inspection = KafkaTakeover.Inspect([data.Path + "/"], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken);
        inspection.FindHindrance(force: false).ShouldBeNull();
        inspection.Topics[0].SizeBytes.ShouldBe(new FileInfo(Path.Combine(data.Path, "orders-0", "00000000000000000000.log")).Length + new FileInfo(Path.Combine(data.Path, "orders-1", "00000000000000000000.log")).Length);
        data.Content().ShouldBe(before);
        File.Exists(lockPath).ShouldBeFalse();

        using (LogDirectoryLock.Take(data.Path))
        {
            inspection = KafkaTakeover.Inspect([data.Path], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken);
            inspection.FindHindrance(force: true)!.Message.ShouldBe($"another process uses {data.Path}; stop Kafka first");
        }
    }
}
