namespace Sluice.Broker.Tests.Support;

/// <summary>A directory of one test, removed with everything in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sluice-broker-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
