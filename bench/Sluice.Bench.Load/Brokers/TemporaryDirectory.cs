namespace Sluice.Bench.Load.Brokers;

/// <summary>A new directory that is removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("sluice-load-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
