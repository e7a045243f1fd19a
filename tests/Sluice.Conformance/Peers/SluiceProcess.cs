using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Conformance.Peers;

/// <summary><c>sluice serve</c> as a process of its own, as a user runs it.</summary>
public sealed partial class SluiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder? _ownFolder;
    private readonly ChildProcess _process;

    private SluiceProcess(ChildProcess process, TemporaryFolder? ownFolder, string dataFolder, int port)
    {
        _process = process;
        _ownFolder = ownFolder;
        DataFolder = dataFolder;
        Port = port;
    }

    public int Port { get; }

    public string DataFolder { get; }

    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Everything the broker has printed, for a failure's message.</summary>
    public string Output => _process.Output();

    /// <summary>Starts a broker and waits until it tells its port.</summary>
    /// <param name="dataFolder">Kept when the broker is disposed; null = a folder of its own that is not.</param>
    /// <param name="port">0 = any free one.</param>
    /// <param name="settings">Kafka's names and values.</param>
    public static async Task<SluiceProcess> StartAsync(string? dataFolder = null, int port = 0, IEnumerable<(string Name, string Value)>? settings = null)
    {
        TemporaryFolder? ownFolder = dataFolder is null ? new TemporaryFolder("data") : null;
        string folder = dataFolder ?? ownFolder!.Path;
        List<string> arguments = [SluiceProgram.Path, "serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", folder];
        foreach ((string name, string value) in settings ?? []) arguments.AddRange(["--set", $"{name}={value}"]);
        string logPath = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"sluice-serve-{Guid.NewGuid():n}.log");
        ChildProcess process = ChildProcess.Start("dotnet", arguments, logPath);
        try
        {
            string line = await process.LineAsync(static line => Address().IsMatch(line), StartPatience);
            int listening = int.Parse(Address().Match(line).Groups["port"].Value, CultureInfo.InvariantCulture);
            return new SluiceProcess(process, ownFolder, folder, listening);
        }
        catch
        {
            await process.DisposeAsync();
            ownFolder?.Dispose();
            throw;
        }
    }

    /// <summary>Stops the broker as an operator would.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync() => _process.StopAsync(StopPatience);

    /// <summary>Ends the broker between two instructions.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.ExitAsync(StopPatience);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        File.Delete(_process.LogPath);
        _ownFolder?.Dispose();
    }

    [GeneratedRegex(@"listening\s+PLAINTEXT://\S+:(?<port>\d+)")]
    private static partial Regex Address();
}
