using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Metadata.Kafka;

namespace Sluice.Metadata.Tests.Kafka;

/// <summary>The store of a directory that was Kafka's.</summary>
public sealed class KafkaTakenOverTests
{
    private static readonly KafkaTakenOver s_takenOver = new(
        1, 30, 72, 3, [new KafkaRecord("UserScramCredentialRecord", 11, 0, "AQID"), new KafkaRecord("AccessControlEntryRecord", 18, 0, "BA==")]);

    private static readonly MetadataChange[] s_changes =
    [
        s_takenOver, Stores.Topic("orders", 1, 2), Stores.Configs(ConfigResource.Topic("orders"), ("retention.ms", "-1")), ProducerIdBlockAllocated.UpTo(5000),
    ];

    [Fact]
    public async Task A_store_that_begins_with_changes_has_them_after_a_restart_and_in_a_snapshot()
    {
        using var directory = new TemporaryDirectory();
        string begun;
        await using (LocalMetadataStore store = await BeginAsync(directory))
        {
            store.Current.Version.ShouldBe(1);
            store.Current.NextProducerId.ShouldBe(5000);
            begun = store.Current.Text();
        }
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1))
        {
            store.Current.Text().ShouldBe(begun);
            await store.CommitAsync(Stores.Topic("other", 2));
        }

        File.Exists(directory.SnapshotPath).ShouldBeTrue();
        await using LocalMetadataStore again = await Stores.OpenAsync(directory);
        KafkaTakenOver takenOver = again.Current.TakenOver.ShouldNotBeNull();
        takenOver.Kept.ShouldBe(s_takenOver.Kept);
        (takenOver with { Kept = [] }).ShouldBe(s_takenOver with { Kept = [] });
        takenOver.CountOf(11).ShouldBe(1);
    }

    [Fact]
    public async Task The_change_has_these_bytes()
    {
        using var directory = new TemporaryDirectory();
        await (await BeginAsync(directory, s_takenOver)).DisposeAsync();

        string[] lines = await File.ReadAllLinesAsync(directory.LogPath, TestContext.Current.CancellationToken);
        lines[1][18..].ShouldBe(
            """{"version":1,"timeMs":1893456000000,"changes":[{"type":"KafkaTakenOver","nodeId":1,"metadataVersion":30,"metadataEndOffset":72,"metadataEpoch":3,"kept":["""
            + """{"name":"UserScramCredentialRecord","type":11,"version":0,"body":"AQID"},{"name":"AccessControlEntryRecord","type":18,"version":0,"body":"BA=="}]}]}""");
    }

    [Fact]
    public async Task A_directory_is_taken_over_once()
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await BeginAsync(directory))
        {
            await Should.ThrowAsync<MetadataChangeException>(async () => await store.CommitAsync([s_takenOver], 1, TestContext.Current.CancellationToken));
        }

        (await Should.ThrowAsync<IOException>(() => BeginAsync(directory))).Message.ShouldBe($"There is a metadata store in {directory.Path} already.");
    }

    [Theory]
    [InlineData("Replace", false)]
    [InlineData("SyncDirectory", true)]
    public async Task A_disk_that_refuses_leaves_no_store_or_a_whole_one(string call, bool isThere)
    {
        using var directory = new TemporaryDirectory();
        var files = new FaultyFiles { Failure = FaultyFiles.DiskFull, Fails = name => name == call };
        await Should.ThrowAsync<IOException>(() => BeginAsync(directory, files, s_changes));

        LocalMetadataStore.IsIn(directory.Path).ShouldBe(isThere);
        await using LocalMetadataStore store = isThere ? await Stores.OpenAsync(directory) : await BeginAsync(directory);
        store.Current.TopicsByName.Keys.ShouldBe(["orders"]);
        store.Current.TakenOver.ShouldNotBeNull();
    }

    // A process that dies while it writes leaves any part of the file under its temporary name.
    [Fact]
    public async Task An_unfinished_file_of_a_crash_is_no_store_and_does_not_disturb_the_next_attempt()
    {
        using var directory = new TemporaryDirectory();
        await (await BeginAsync(directory)).DisposeAsync();
        byte[] whole = await File.ReadAllBytesAsync(directory.LogPath, TestContext.Current.CancellationToken);
        File.Delete(directory.LogPath);
        foreach (int length in new[] { 0, 1, whole.Length / 2, whole.Length - 1, whole.Length })
        {
            await File.WriteAllBytesAsync(directory.LogPath + ".tmp", whole[..length], TestContext.Current.CancellationToken);
            LocalMetadataStore.IsIn(directory.Path).ShouldBeFalse();
            await (await BeginAsync(directory)).DisposeAsync();
            (await File.ReadAllBytesAsync(directory.LogPath, TestContext.Current.CancellationToken)).ShouldBe(whole);
            Directory.GetFiles(directory.Path).Length.ShouldBe(1);
            File.Delete(directory.LogPath);
        }
    }

    [Fact]
    public void Ids_up_to_a_limit_are_taken_whoever_took_them()
    {
        ProducerIdBlockAllocated.UpTo(3000).ShouldBe(new ProducerIdBlockAllocated(2000, 1000, -1));
        ProducerIdBlockAllocated.UpTo(1).ShouldBe(new ProducerIdBlockAllocated(0, 1, -1));
        Should.Throw<ArgumentOutOfRangeException>(() => ProducerIdBlockAllocated.UpTo(0));
    }

    private static Task<LocalMetadataStore> BeginAsync(TemporaryDirectory directory, params MetadataChange[] changes) =>
        BeginAsync(directory, new FaultyFiles(), changes.Length == 0 ? s_changes : changes);

    private static Task<LocalMetadataStore> BeginAsync(TemporaryDirectory directory, FaultyFiles files, MetadataChange[] changes) =>
        LocalMetadataStore.BeginAsync(
            new LocalMetadataStoreOptions { Directory = directory.Path, ClusterId = Stores.ClusterId, Files = files },
            changes, new FakeTimeProvider(Stores.Start), NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
}
