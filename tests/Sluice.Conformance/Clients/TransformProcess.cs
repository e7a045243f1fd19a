using Sluice.Conformance.Peers;

namespace Sluice.Conformance.Clients;

/// <summary><see cref="TransformWorker"/> as a process of its own, so that it can be killed between two instructions.</summary>
public sealed class TransformProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private TransformProcess(ChildProcess process) => _process = process;

    /// <summary>The last lines that it printed: its failures.</summary>
    public string Output => _process.Tail();

    /// <summary>Starts a worker and waits until it works.</summary>
    public static async Task<TransformProcess> StartAsync(string bootstrapServers, string transactionalId)
    {
        string logPath = Path.Combine(Path.GetTempPath(), $"sluice-transform-{Guid.NewGuid():n}.log");
        TransformProcess worker = new(ChildProcess.Start("dotnet", [typeof(TransformProcess).Assembly.Location, Program.Transform, bootstrapServers, transactionalId], logPath));
        try
        {
            await worker._process.LineAsync(line => line == $"{transactionalId}: works", Patience);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets it end its transaction and leave its group.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync() => _process.StopAsync(Patience);

    /// <summary>Ends it between two instructions.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.ExitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_process.LogPath);
    }
}
