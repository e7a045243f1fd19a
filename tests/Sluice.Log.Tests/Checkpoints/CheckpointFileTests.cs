using System.Text;
using Sluice.Log.Checkpoints;
using Sluice.Log.Storage;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Checkpoints;

public sealed class CheckpointFileTests
{
    [Fact]
    public void An_offset_checkpoint_has_version_count_and_a_line_per_partition()
    {
        using var directory = new TempDirectory();
        string path = directory.File(OffsetCheckpointFile.RecoveryPointName);
        var offsets = new Dictionary<TopicPartition, long> { [new("orders", 0)] = 17, [new("a-b.c_d", 12)] = 9_000_000_000 };
        OffsetCheckpointFile.Write(FileIo.Instance, path, offsets);

        File.ReadAllText(path).ShouldBe("0\n2\norders 0 17\na-b.c_d 12 9000000000\n");
        OffsetCheckpointFile.Read(path).ShouldBe(offsets, ignoreOrder: true);
        File.Exists(path + ".tmp").ShouldBeFalse();
    }

    [Fact]
    public void A_leader_epoch_checkpoint_has_a_line_per_epoch()
    {
        using var directory = new TempDirectory();
        string path = directory.File(LeaderEpochFile.Name);
        LeaderEpochFile.Write(FileIo.Instance, path, [new EpochEntry(0, 0), new EpochEntry(3, 42)], fsync: false);
        File.ReadAllText(path).ShouldBe("0\n2\n0 0\n3 42\n");
        LeaderEpochFile.Read(path).ShouldBe([new EpochEntry(0, 0), new EpochEntry(3, 42)]);
    }

    [Theory]
    [InlineData("1\n0\n")]
    [InlineData("0\n")]
    [InlineData("0\nx\n")]
    [InlineData("0\n2\norders 0 17\n")]
    [InlineData("0\n1\norders 0\n")]
    [InlineData("0\n1\norders 0 17 5\n")]
    [InlineData("0\n1\norders x 17\n")]
    [InlineData("0\n1\norders 0 x\n")]
    [InlineData("0\n0\norders 0 17\n")]
    public void A_damaged_checkpoint_is_an_error(string content)
    {
        using var directory = new TempDirectory();
        string path = directory.File("checkpoint");
        File.WriteAllText(path, content);
        Should.Throw<InvalidDataException>(() => OffsetCheckpointFile.Read(path)).Message.ShouldContain(path);
    }

    [Fact]
    public void An_empty_or_missing_checkpoint_has_no_entries()
    {
        using var directory = new TempDirectory();
        OffsetCheckpointFile.Read(directory.File("missing")).ShouldBeEmpty();
        File.WriteAllText(directory.File("empty"), "");
        OffsetCheckpointFile.Read(directory.File("empty")).ShouldBeEmpty();
    }

    [Fact]
    public void Partition_metadata_names_the_topic_id()
    {
        using var directory = new TempDirectory();
        string path = directory.File(PartitionMetadataFile.Name);
        PartitionMetadataFile.Read(path).ShouldBeNull();
        PartitionMetadataFile.Write(FileIo.Instance, path, LogFixture.TopicId);
        File.ReadAllText(path).ShouldBe($"version: 0\ntopic_id: {LogFixture.TopicId}");
        PartitionMetadataFile.Read(path).ShouldBe(LogFixture.TopicId);
        PartitionMetadataFile.Parse("newer", $"version: 7\ntopic_id: {LogFixture.TopicId}\n").ShouldBe(LogFixture.TopicId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("version: 0")]
    [InlineData("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("version: 0\ntopic_id: short")]
    [InlineData("version: -1\ntopic_id: ASNFZ4mrze8RIjNEVWZ3iA")]
    public void Damaged_partition_metadata_is_an_error(string content) =>
        Should.Throw<InvalidDataException>(() => PartitionMetadataFile.Parse("partition.metadata", content));

    [Fact]
    public void Meta_properties_are_written_as_version_1_and_read_as_0_or_1()
    {
        using var directory = new TempDirectory();
        MetaProperties.Read(directory.Path).ShouldBeNull();
        var properties = new MetaProperties("cluster-1", 3, LogFixture.TopicId);
        properties.Write(directory.Path);
        File.ReadAllText(directory.File(MetaProperties.FileName))
            .ShouldBe($"#\ncluster.id=cluster-1\ndirectory.id={LogFixture.TopicId}\nnode.id=3\nversion=1\n");
        MetaProperties.Read(directory.Path).ShouldBe(properties);
        MetaProperties.Parse("old", "version=0\nbroker.id=5\n").ShouldBe(new MetaProperties(null, 5, null));
        MetaProperties.Parse("kafka", "#\n#Sat May 02 10:00:00 UTC 2026\nnode.id=1\r\ndirectory.id=ASNFZ4mrze8RIjNEVWZ3iA\nversion=1\ncluster.id=x\n")
            .ShouldBe(new MetaProperties("x", 1, LogFixture.TopicId));
    }

    [Theory]
    [InlineData("version=2\ncluster.id=x\nnode.id=1\n")]
    [InlineData("version=1\nnode.id=1\n")]
    [InlineData("version=1\ncluster.id=x\n")]
    [InlineData("version=1\ncluster.id=x\nnode.id=one\n")]
    [InlineData("version=1\ncluster.id=x\nnode.id=1\ndirectory.id=?\n")]
    public void Damaged_meta_properties_are_an_error(string content) =>
        Should.Throw<InvalidDataException>(() => MetaProperties.Parse("meta.properties", content));

    [Fact]
    public void The_clean_shutdown_marker_is_taken_once()
    {
        using var directory = new TempDirectory();
        CleanShutdownFile.Take(FileIo.Instance, directory.Path, out _).ShouldBeFalse();
        CleanShutdownFile.Write(FileIo.Instance, directory.Path, 42);
        File.ReadAllText(directory.File(".kafka_cleanshutdown")).ShouldBe("""{"version":0,"brokerEpoch":42}""");
        CleanShutdownFile.Take(FileIo.Instance, directory.Path, out long brokerEpoch).ShouldBeTrue();
        brokerEpoch.ShouldBe(42);
        CleanShutdownFile.Take(FileIo.Instance, directory.Path, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"brokerEpoch":"x"}""")]
    public void A_marker_without_an_epoch_is_a_marker(string content) =>
        CleanShutdownFile.ParseBrokerEpoch(Encoding.UTF8.GetBytes(content)).ShouldBe(-1);
}
