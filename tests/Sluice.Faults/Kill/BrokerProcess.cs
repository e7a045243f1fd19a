using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Conformance.Peers;

namespace Sluice.Faults.Kill;

/// <summary><c>sluice serve</c> over a data directory that outlives it.</summary>
public sealed partial class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ChildProcess _process;

    private BrokerProcess(ChildProcess process, int port)
    {
        _process = process;
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    /// <summary>What is run: the native binary where there is a fresh one, or else the built program.</summary>
    public static string Program { get; } = FindNative() ?? SluiceProgram.Path;

    public string BootstrapServers { get; }

    /// <summary>What the broker printed last.</summary>
    public string Tail => _process.Tail();

    /// <summary>Starts the program; it may still have logs to recover when this returns.</summary>
    /// <param name="dataFolder">Its data directory, or several, separated by commas.</param>
    /// <param name="port">Port to listen on.</param>
    /// <param name="logPath">What it prints is appended here.</param>
    /// <param name="settings">Kafka's names and values.</param>
    public static BrokerProcess Start(string dataFolder, int port, string logPath, IEnumerable<(string Name, string Value)> settings)
    {
        List<string> arguments = ["serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--set", $"log.dirs={dataFolder}"];
        foreach ((string name, string value) in settings) arguments.AddRange(["--set", $"{name}={value}"]);
        bool isNative = Path.GetExtension(Program) != ".dll";
        return new BrokerProcess(
            isNative ? ChildProcess.Start(Program, arguments, logPath) : ChildProcess.Start("dotnet", [Program, .. arguments], logPath), port);
    }

    /// <summary>Waits until it serves clients.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public Task ReadyAsync() => _process.LineAsync(static line => line.Contains(" ready ", StringComparison.Ordinal), Patience);

    /// <summary>What it says of its recovery, once it is ready.</summary>
    public RecoveryReport Recovery()
    {
        string output = _process.Output();
        SortedDictionary<string, long> cutBytes = new(StringComparer.Ordinal);
        foreach (Match match in CutLine().Matches(output))
        {
            cutBytes[match.Groups["partition"].Value] = long.Parse(match.Groups["bytes"].Value, CultureInfo.InvariantCulture);
        }

        return new RecoveryReport(!output.Contains("the last stop was not clean", StringComparison.Ordinal), cutBytes);
    }

    /// <summary>Ends it between two instructions.</summary>
    public async Task KillAsync()
    {
        _process.HasExited.ShouldBeFalse($"the broker ended by itself:\n{Tail}");
        _process.Kill();
        await _process.ExitAsync(Patience);
    }

    /// <summary>Stops it as an operator would.</summary>
    public async Task StopAsync() => (await _process.StopAsync(Patience)).ShouldBe(0, Tail);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // A binary that is older than the built program is of another source.
    private static string? FindNative()
    {
        string built = SluiceProgram.Path;
        string root = built[..built.LastIndexOf($"{Path.DirectorySeparatorChar}src{Path.DirectorySeparatorChar}", StringComparison.Ordinal)];
        string native = Path.Combine(root, "artifacts", "sluice");
        return File.Exists(native) && File.GetLastWriteTimeUtc(native) >= File.GetLastWriteTimeUtc(built) ? native : null;
    }

    [GeneratedRegex(@"^\s+cut (?<bytes>\d+) bytes of (?<partition>\S+) that", RegexOptions.Multiline)]
    private static partial Regex CutLine();
}
