namespace Sluice.Metadata.Tests;

/// <summary>A directory of one test, removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("sluice-metadata-").FullName;

    internal string LogPath => System.IO.Path.Combine(Path, LocalMetadataStore.LogFileName);

    internal string SnapshotPath => System.IO.Path.Combine(Path, LocalMetadataStore.SnapshotFileName);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
