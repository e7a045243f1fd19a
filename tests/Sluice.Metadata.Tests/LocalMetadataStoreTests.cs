using Sluice.Protocol;

namespace Sluice.Metadata.Tests;

public sealed class LocalMetadataStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_start_makes_a_cluster_id_and_the_next_one_keeps_it()
    {
        using var directory = new TemporaryDirectory();
        string clusterId;
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, clusterId: null))
        {
            clusterId = store.Current.ClusterId;
            Uuid.TryParse(clusterId, out _).ShouldBeTrue();
        }

        await using LocalMetadataStore again = await Stores.OpenAsync(directory, clusterId: null);
        again.Current.ClusterId.ShouldBe(clusterId);
        again.Current.Version.ShouldBe(0);
    }

    [Fact]
    public async Task The_files_of_another_cluster_are_refused()
    {
        using var directory = new TemporaryDirectory();
        await (await Stores.OpenAsync(directory, "one")).DisposeAsync();

        IOException error = await Should.ThrowAsync<IOException>(() => Stores.OpenAsync(directory, "two"));
        error.Message.ShouldBe($"The metadata in {directory.Path} is of the cluster one, not of two.");
    }

    [Fact]
    public async Task What_was_committed_is_there_after_a_restart()
    {
        using var directory = new TemporaryDirectory();
        string committed;
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            await store.CommitAsync(Stores.Topic("orders", 1, 3), Stores.Configs(ConfigResource.Topic("orders"), ("retention.ms", "5")));
            await store.CommitAsync(ProducerIdBlockAllocated.Next(store.Current, 1));
            committed = store.Current.Text();
        }

        await using LocalMetadataStore again = await Stores.OpenAsync(directory);
        again.Current.Text().ShouldBe(committed);
        again.Current.Version.ShouldBe(2);
        (await again.CommitAsync(Stores.Topic("next", 2))).Version.ShouldBe(3);
    }

    [Fact]
    public async Task A_commit_against_an_older_version_is_refused_and_changes_nothing()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);
        MetadataImage first = await store.CommitAsync(Stores.Topic("orders", 1));

        CommitResult result = await store.CommitAsync([Stores.Topic("other", 2)], expectedVersion: 0, Cancellation);

        result.ShouldBe(new CommitResult(CommitStatus.VersionConflict, first));
        store.Current.ShouldBeSameAs(first);
    }

    [Fact]
    public async Task Of_commits_at_the_same_time_one_wins_and_the_others_decide_again()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);

        CommitResult[] results = await Task.WhenAll(Enumerable.Range(1, 20).Select(number =>
            Task.Run(async () => await store.CommitAsync([Stores.Topic($"t{number}", number)], expectedVersion: 0, Cancellation), Cancellation)));
        results.Count(result => result.IsCommitted).ShouldBe(1);

        await Task.WhenAll(Enumerable.Range(100, 20).Select(number =>
            Task.Run(async () => await store.UpdateAsync(image => [ProducerIdBlockAllocated.Next(image, number)], Cancellation), Cancellation)));
        store.Current.NextProducerId.ShouldBe(20_000);
        store.Current.Version.ShouldBe(21);
    }

    [Fact]
    public async Task A_change_that_does_not_fit_writes_nothing()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);
        await store.CommitAsync(Stores.Topic("orders", 1));
        long bytes = new FileInfo(directory.LogPath).Length;

        await Should.ThrowAsync<MetadataChangeException>(async () => await store.CommitAsync([Stores.Topic("orders", 2)], 1, Cancellation));
        await Should.ThrowAsync<ArgumentException>(async () => await store.CommitAsync([], 1, Cancellation));

        new FileInfo(directory.LogPath).Length.ShouldBe(bytes);
        store.Current.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Observers_hear_of_every_image_in_order_before_the_commit_is_answered()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);
        await store.CommitAsync(Stores.Topic("before", 1));
        var first = new Recorder();
        var second = new Recorder();
        IDisposable subscription = store.Subscribe(first, out MetadataImage current);
        using IDisposable other = store.Subscribe(second, out _);
        current.ShouldBeSameAs(store.Current);

        await store.CommitAsync(Stores.Topic("a", 2));
        first.Versions.ShouldBe([(1, 2)]);
        subscription.Dispose();
        subscription.Dispose();
        await store.CommitAsync(Stores.Topic("b", 3));

        first.Versions.ShouldBe([(1, 2)]);
        second.Versions.ShouldBe([(1, 2), (2, 3)]);
    }

    [Fact]
    public async Task An_observer_that_fails_neither_undoes_the_commit_nor_keeps_it_from_others()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);
        using IDisposable failing = store.Subscribe(new Recorder { Fails = true }, out _);
        var recorder = new Recorder();
        using IDisposable subscription = store.Subscribe(recorder, out _);

        (await store.CommitAsync(Stores.Topic("a", 1))).Version.ShouldBe(1);
        recorder.Versions.ShouldBe([(0, 1)]);
    }

    [Fact]
    public async Task A_closed_store_takes_no_commits()
    {
        using var directory = new TemporaryDirectory();
        LocalMetadataStore store = await Stores.OpenAsync(directory);
        await store.DisposeAsync();
        await store.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(async () => await store.CommitAsync([Stores.Topic("a", 1)], 0, Cancellation));
        store.Current.Version.ShouldBe(0);
    }

    [Fact]
    public async Task A_directory_is_open_in_one_store_only()
    {
        using var directory = new TemporaryDirectory();
        await using LocalMetadataStore store = await Stores.OpenAsync(directory);

        await Should.ThrowAsync<IOException>(() => Stores.OpenAsync(directory));
    }

    private sealed class Recorder : IMetadataObserver
    {
        internal List<(long Previous, long Current)> Versions { get; } = [];

        internal bool Fails { get; init; }

        public void OnCommitted(MetadataImage previous, MetadataImage current, IReadOnlyList<MetadataChange> changes)
        {
            changes.ShouldNotBeEmpty();
            if (Fails) throw new InvalidOperationException("on purpose");
            Versions.Add((previous.Version, current.Version));
        }
    }
}
