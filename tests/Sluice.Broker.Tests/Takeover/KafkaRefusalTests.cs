using Sluice.Broker.Takeover;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Tests.Kafka;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Takeover;

/// <summary>Directories that are not taken over: one line says why, and nothing is changed.</summary>
public sealed class KafkaRefusalTests
{
    private static readonly Uuid s_other = new(1, 2);

    [Fact]
    public async Task A_directory_that_another_process_uses_is_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        using LogDirectoryLock held = LogDirectoryLock.Take(data.Path);

        (await data.RefusalAsync()).ShouldContain("is in use by another broker; stop it");
    }

    [Fact]
    public async Task Metadata_in_a_directory_that_another_process_uses_is_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata(Path.Combine(data.OtherPath, "__cluster_metadata-0"));
        using LogDirectoryLock held = LogDirectoryLock.Take(data.OtherPath);

        (await data.RefusalAsync(options => options.Takeover.MetadataDirectory = data.OtherPath)).ShouldEndWith("holds its .lock file; stop Kafka first");
    }

    [Fact]
    public async Task A_cluster_of_several_brokers_is_refused_unless_that_is_overridden()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Append(KafkaLogBuilder.Broker(6)).Append(KafkaLogBuilder.Topic("shared", s_other, partitionsCount: 2, leaderEpoch: 0, 6, 5)).Append(KafkaLogBuilder.Topic("elsewhere", new Uuid(1, 3), 1, 0, 6));
        data.WriteMetadata();

        string refusal = await data.RefusalAsync();
        refusal.ShouldStartWith($"cannot take over {data.Path}: the cluster has the brokers 5, 6; ");
        refusal.ShouldEndWith($"(--force); everything there is to know: sluice kafka inspect {data.Path}");
        string all = string.Join('\n', KafkaTakeover.Inspect([data.Path], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken).Findings);
        all.ShouldContain("shared-0, shared-1 have replicas on other brokers");
        all.ShouldContain("elsewhere-0 have no replica on this broker");
        all.ShouldContain("shared-0, shared-1 have no folder here");

        BrokerOptions options = data.Options();
        options.Takeover.Force = true;
        await using (BrokerServer server = await BrokerServer.StartAsync(options)) server.TopicCount.ShouldBe(3);
        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, "node.id=5");
        (await (await broker.ConnectAsync()).ReadAllAsync(data.Orders)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_quorum_of_several_nodes_is_refused_unless_that_is_overridden()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Control(ControlRecordType.LeaderChange, KafkaLogBuilder.LeaderOf(7, 8, 9));
        data.WriteMetadata();

        (await data.RefusalAsync()).ShouldContain("the nodes 7, 8, 9 vote in the metadata quorum");
    }

    [Fact]
    public async Task A_single_controller_beside_the_broker_is_no_hindrance()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Control(ControlRecordType.LeaderChange, KafkaLogBuilder.LeaderOf(3000));
        data.WriteMetadata();

        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, "node.id=5");
        broker.Server.TopicCount.ShouldBe(1);
    }

    [Fact]
    public async Task The_directory_of_a_node_that_is_no_broker_is_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Append(new UnregisterBrokerRecord { BrokerId = KafkaData.NodeId }, KafkaLogBuilder.Broker(6));
        data.WriteMetadata();

        (await data.RefusalAsync(options => options.Takeover.Force = true)).ShouldContain("node 5, which the directory belongs to, is not a broker of the cluster");
    }

    [Fact]
    public async Task Another_node_id_than_the_directory_has_is_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();

        BrokerStartException refusal = await Should.ThrowAsync<BrokerStartException>(() => BrokerServer.StartAsync(TestBroker.Options(data.Path, "node.id=6")));
        refusal.Message.ShouldContain("start with --set node.id=5");
    }

    [Fact]
    public async Task A_partition_without_its_folder_is_refused_and_empty_where_that_is_overridden()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        Directory.Delete(Path.Combine(data.Path, "orders-1"), recursive: true);

        (await data.RefusalAsync()).ShouldContain("orders-1 have no folder here; start and stop Kafka once");

        BrokerOptions options = data.Options();
        options.Takeover.Force = true;
        await (await BrokerServer.StartAsync(options)).DisposeAsync();
        await using TestBroker broker = await TestBroker.StartInAsync(data.Path, "node.id=5");
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(data.Orders)).ShouldBe(["a"]);
        (await connection.ReadAllAsync(data.Orders, 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_one_of_the_log_directories_it_is_refused_and_with_all_of_them_taken_over()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Append(KafkaLogBuilder.Broker(KafkaData.NodeId, new Uuid(3, 4), new Uuid(3, 5)));
        data.WriteMetadata();
        // Nothing is missing: that Kafka had two directories does not matter.
        KafkaTakeover.Inspect([data.Path], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken).FindHindrance(force: false).ShouldBeNull();

        Directory.CreateDirectory(data.OtherPath);
        new MetaProperties(KafkaData.ClusterId, KafkaData.NodeId, new Uuid(3, 5)).Write(data.OtherPath);
        Directory.Move(Path.Combine(data.Path, "orders-0"), Path.Combine(data.OtherPath, "orders-0"));
        (await data.RefusalAsync()).ShouldContain("orders-0 have no folder here; Kafka had 1 log directory more: give all of its log.dirs");

        // The metadata may be in any of them.
        await using TestBroker broker = await TestBroker.StartInAsync(data.OtherPath, "node.id=5", $"log.dirs={data.OtherPath},{data.Path}");
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.ReadAllAsync(data.Orders)).ShouldBe(["a"]);
        (await connection.ReadAllAsync(data.Orders, 1)).ShouldBe(["b", "c"]);
        LocalMetadataStore.IsIn(data.OtherPath).ShouldBeTrue();
        await broker.StopAsync();
        (await data.RefusalAsync(adjust: null, $"log.dirs={data.Path},{data.OtherPath}")).ShouldBe($"{data.OtherPath} holds Sluice's metadata; name it first in log.dirs");
    }

    [Fact]
    public async Task Directories_of_different_nodes_and_partitions_in_two_places_are_told()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        Directory.CreateDirectory(Path.Combine(data.OtherPath, "orders-0"));
        new MetaProperties(KafkaData.ClusterId, 9, new Uuid(3, 5)).Write(data.OtherPath);

        string[] told = [.. KafkaTakeover.Inspect([data.Path, data.OtherPath], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken)
            .Findings.Where(static finding => finding.Kind == KafkaFindingKind.Refusal).Select(static finding => finding.Message)];
        told[0].ShouldStartWith($"{data.OtherPath} belongs to node 9 of cluster {KafkaData.ClusterId}, and {data.Path} to node 5");
        told[1].ShouldStartWith("orders-0 is in two places");
    }

    [Fact]
    public async Task A_folder_of_another_topic_of_the_same_name_is_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        await File.WriteAllTextAsync(Path.Combine(data.Path, "orders-0", "partition.metadata"), $"version: 0\ntopic_id: {s_other}", TestContext.Current.CancellationToken);

        (await data.RefusalAsync()).ShouldContain("the folders of orders-0 hold other topics of the same names");
    }

    [Fact]
    public async Task A_directory_that_is_no_partition_is_refused_before_anything_is_changed()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.WriteMetadata();
        Directory.CreateDirectory(Path.Combine(data.Path, "lost+found"));

        (await data.RefusalAsync(options => options.Takeover.Force = true)).ShouldContain("lost+found is not named like a partition; move it out of the data directory");
    }

    [Fact]
    public async Task A_topic_with_records_in_remote_storage_is_refused_unless_that_is_overridden()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Append(KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "remote.storage.enable", "true"));
        data.WriteMetadata();

        (await data.RefusalAsync()).ShouldContain("orders keep older records in remote storage");
    }

    [Fact]
    public async Task A_migration_from_ZooKeeper_that_is_not_finished_is_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.Append(new ZkMigrationStateRecord { ZkMigrationState = 2 });
        data.WriteMetadata();

        (await data.RefusalAsync(options => options.Takeover.Force = true)).ShouldContain("the migration from ZooKeeper was begun and not finished");
    }

    [Fact]
    public async Task Files_of_unknown_versions_are_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        data.Log.AppendRaw(KafkaLogBuilder.Frame(100, new NoOpRecord(), 0));
        data.WriteMetadata();
        (await data.RefusalAsync()).ShouldEndWith("records of type 100 are not known: a newer Kafka wrote them");

        await File.WriteAllTextAsync(Path.Combine(data.Path, "meta.properties"), "version=2\nnode.id=5\ncluster.id=x\n", TestContext.Current.CancellationToken);
        (await data.RefusalAsync()).ShouldContain("has version 2, which is not known");
        Should.Throw<KafkaTakeoverException>(() => KafkaTakeover.Inspect([data.Path], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken)).Message.ShouldContain("has version 2, which is not known");
    }

    [Fact]
    public async Task Kafka_with_ZooKeeper_is_refused()
    {
        using KafkaData data = await KafkaData.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(data.Path, "meta.properties"), "version=0\nbroker.id=5\ncluster.id=x\n", TestContext.Current.CancellationToken);

        (await data.RefusalAsync()).ShouldContain("keeps its metadata in ZooKeeper");
    }

    [Fact]
    public void There_must_be_something_to_inspect()
    {
        using TemporaryDirectory directory = new();
        Should.Throw<KafkaTakeoverException>(() => Inspect(Path.Combine(directory.Path, "none"))).Message.ShouldStartWith("there is no directory");
        Should.Throw<KafkaTakeoverException>(() => Inspect(directory.Path)).Message.ShouldStartWith("there is no __cluster_metadata-0 in");
        KafkaLogBuilder.OfOneNode().WriteSegment(Path.Combine(directory.Path, "__cluster_metadata-0"));
        Should.Throw<KafkaTakeoverException>(() => Inspect(directory.Path)).Message.ShouldContain("has no meta.properties");
        File.WriteAllText(Path.Combine(directory.Path, LocalMetadataStore.LogFileName), "");
        Should.Throw<KafkaTakeoverException>(() => Inspect(directory.Path)).Message.ShouldContain("is Sluice's already");
    }

    private static KafkaInspection Inspect(string path) => KafkaTakeover.Inspect([path], new KafkaTakeoverOptions(), TestContext.Current.CancellationToken);
}
