using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Metadata.Local;

namespace Sluice.Metadata.Tests.Local;

public sealed class DiskErrorTests
{
    private readonly FaultyFiles _files = new();

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public async Task A_commit_that_a_full_disk_refuses_changes_nothing_and_the_next_one_with_room_succeeds(double writtenShare)
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await OpenAsync(directory))
        {
            await store.CommitAsync(Stores.Topic("first", 1));
            string before = store.Current.Text();
            long logBytes = new FileInfo(directory.LogPath).Length;
            _files.Fails = call => call == nameof(IMetadataFiles.Write);
            _files.WrittenShare = writtenShare;
            _files.Failure = FaultyFiles.DiskFull;
            for (int attempt = 0; attempt < 2; attempt++)
                (await Should.ThrowAsync<IOException>(() => store.CommitAsync(Stores.Topic("refused", 2)))).ShouldBe(FaultyFiles.DiskFull);
            store.Current.Text().ShouldBe(before);
            new FileInfo(directory.LogPath).Length.ShouldBe(logBytes);

            _files.Failure = null;
            (await store.CommitAsync(Stores.Topic("second", 3))).Version.ShouldBe(2);
        }

        await using LocalMetadataStore again = await OpenAsync(directory);
        again.Current.TopicsByName.Keys.Order().ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task After_a_failed_flush_nothing_is_committed_until_a_restart_reads_what_is_there()
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await OpenAsync(directory))
        {
            await store.CommitAsync(Stores.Topic("first", 1));
            _files.Fails = call => call == nameof(IMetadataFiles.Flush);
            _files.Failure = FaultyFiles.Broken;
            await Should.ThrowAsync<IOException>(() => store.CommitAsync(Stores.Topic("unknown", 2)));
            _files.Failure = null;

            (await Should.ThrowAsync<IOException>(() => store.CommitAsync(Stores.Topic("second", 3)))).Message.ShouldBe(FaultyFiles.Broken.Message);
            store.Current.TopicsByName.Keys.ShouldBe(["first"]);
        }

        await using LocalMetadataStore again = await OpenAsync(directory);
        again.Current.FindTopic("first").ShouldNotBeNull();
        await again.CommitAsync(Stores.Topic("second", 3));
    }

    [Fact]
    public async Task A_snapshot_without_room_is_done_without()
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await OpenAsync(directory, compactAfterBytes: 1))
        {
            _files.Fails = call => call == nameof(IMetadataFiles.Replace);
            _files.Failure = FaultyFiles.DiskFull;
            await store.CommitAsync(Stores.Topic("first", 1));
            File.Exists(directory.SnapshotPath).ShouldBeFalse();

            _files.Failure = null;
            await store.CommitAsync(Stores.Topic("second", 2));
            File.Exists(directory.SnapshotPath).ShouldBeTrue();
        }

        await using LocalMetadataStore again = await OpenAsync(directory);
        again.Current.TopicsByName.Count.ShouldBe(2);
    }

    [Fact]
    public void A_file_that_cannot_get_its_name_leaves_no_other_behind()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(Path.Combine(directory.SnapshotPath, "in the way"));

        Should.Throw<Exception>(() => DurableFile.Replace(directory.SnapshotPath, [1, 2, 3])).ShouldBeAssignableTo<SystemException>();

        Directory.GetFiles(directory.Path).ShouldBeEmpty();
    }

    private Task<LocalMetadataStore> OpenAsync(TemporaryDirectory directory, long compactAfterBytes = long.MaxValue / 2) => LocalMetadataStore.OpenAsync(
        new LocalMetadataStoreOptions { Directory = directory.Path, ClusterId = Stores.ClusterId, CompactAfterBytes = compactAfterBytes, Files = _files },
        new FakeTimeProvider(Stores.Start),
        NullLoggerFactory.Instance,
        TestContext.Current.CancellationToken);
}
