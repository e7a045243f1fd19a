using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Metadata.Local;
using Sluice.Protocol;

namespace Sluice.Metadata.Tests;

/// <summary>Short ways of opening stores and making changes.</summary>
internal static class Stores
{
    internal const string ClusterId = "AAAAAAAAAAAAAAAAAAAAAQ";

    internal static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static Task<LocalMetadataStore> OpenAsync(
        TemporaryDirectory directory, string? clusterId = ClusterId, long compactAfterBytes = long.MaxValue / 2) =>
        LocalMetadataStore.OpenAsync(new LocalMetadataStoreOptions { Directory = directory.Path, ClusterId = clusterId, CompactAfterBytes = compactAfterBytes },
            new FakeTimeProvider(Start), NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    internal static async Task<MetadataImage> CommitAsync(this IMetadataStore store, params MetadataChange[] changes)
    {
        CommitResult result = await store.CommitAsync(changes, store.Current.Version, TestContext.Current.CancellationToken);
        result.IsCommitted.ShouldBeTrue();
        return result.Image;
    }

    internal static Uuid Id(int number) => new(1, (ulong)number);

    internal static TopicCreated Topic(string name, int id, int partitionsCount = 1) =>
        new(name, Id(id), [.. Enumerable.Range(0, partitionsCount).Select(index => PartitionImage.OnOneBroker(index, brokerId: 1))]);

    internal static ConfigsChanged Configs(ConfigResource resource, params (string Key, string Value)[] set) =>
        new(resource, System.Collections.Immutable.ImmutableDictionary.CreateRange(set.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))), []);

    /// <summary>The whole content of an image as text: equal texts are equal images.</summary>
    internal static string Text(this MetadataImage image) => Encoding.UTF8.GetString(SnapshotWriter.Write(image).WrittenSpan);
}
