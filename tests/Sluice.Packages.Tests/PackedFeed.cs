namespace Sluice.Packages.Tests;

/// <summary>The packages, made once for all tests from what was built in Release.</summary>
public sealed class PackedFeed : IAsyncLifetime
{
    internal string Folder { get; } = Path.Combine(Shell.Root, "artifacts", "packages");

    public async ValueTask InitializeAsync() => await Shell.RunAsync(Path.Combine(Shell.Root, "pack.sh"), "--no-build");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
