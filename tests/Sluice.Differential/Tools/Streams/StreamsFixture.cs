using System.ComponentModel;
using Sluice.Conformance.Peers;
using Sluice.Differential.Peers;

namespace Sluice.Differential.Tools.Streams;

/// <summary>A broker, Sluice or a Kafka when the tests themselves are checked, and the compiled application that is pointed at it.</summary>
public sealed class StreamsFixture : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Members that are killed are given up soon, and so are their transactions.
    private static readonly (string Name, string Value)[] s_settings =
    [
        ("group.streams.min.session.timeout.ms", "1000"), ("group.streams.session.timeout.ms", "10000"), ("group.streams.min.heartbeat.interval.ms", "500"),
        ("group.streams.heartbeat.interval.ms", "1000"), ("group.streams.initial.rebalance.delay.ms", "500"), ("group.streams.num.standby.replicas", "0"),
        ("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
    ];

    private readonly TemporaryFolder _folder = new("streams");
    private readonly long _startMs = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();
    private Peer? _peer;
    private bool _isCompiled;

    internal string Bootstrap => $"127.0.0.1:{_peer!.Port}";

    public async ValueTask InitializeAsync()
    {
        if (RunSettings.KafkaFolder is not { } folder) return;
        if (!await CompileAsync()) return;
        _peer = RunSettings.ComparesKafkaWithItself ? await KafkaPeer.StartAsync(folder, "Kafka", s_settings) : await SluicePeer.StartAsync(s_settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (_peer is not null) await _peer.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Skips the running test unless there are a Kafka and a Java compiler.</summary>
    internal void SkipWithoutJava()
    {
        DifferentialRun.SkipWithoutKafka();
        Assert.SkipUnless(_isCompiled, "no Java compiler: install javac (Debian's openjdk-17-jdk-headless)");
    }

    /// <summary>Starts an instance of the application.</summary>
    internal ChildProcess Run(string application, string protocol, string guarantee, string instance) => Start(
        Path.Combine(_folder.Path, $"{application}-{instance}.log"), "run", application, protocol, guarantee, Path.Combine(_folder.Path, $"{application}-{instance}"));

    /// <summary>Starts to write the application's input.</summary>
    internal ChildProcess Produce(string application, int from, int to) => Start(Path.Combine(_folder.Path, $"{application}-produce.log"), "produce", application, $"{from}", $"{to}");

    /// <summary>Makes the application's topics.</summary>
    internal async Task MakeTopics(string application)
    {
        await using ChildProcess process = Start(Path.Combine(_folder.Path, $"{application}-topics.log"), "topics", application);
        (await process.ExitAsync(Patience)).ShouldBe(0, process.Tail());
    }

    /// <summary>Waits until the output is what so many records make.</summary>
    /// <param name="application">Its id.</param>
    /// <param name="count">Records of input.</param>
    /// <param name="isExact">False = records may have been counted more than once.</param>
    internal async Task Check(string application, int count, bool isExact)
    {
        await using ChildProcess process = Start(Path.Combine(_folder.Path, $"{application}-check.log"), "check", application, $"{count}", isExact ? "exact" : "least");
        (await process.ExitAsync(Patience)).ShouldBe(0, process.Tail());
    }

    private ChildProcess Start(string logPath, string command, string application, params string[] arguments) => ChildProcess.Start(
        "java", ["-Xmx256M", $"-DstartMs={_startMs}", "-cp", $"{_folder.Path}{Path.PathSeparator}{Path.Combine(RunSettings.KafkaFolder!, "libs")}/*", "StreamsCheck", command, Bootstrap, application, .. arguments], logPath);

    private async Task<bool> CompileAsync()
    {
        string source = Path.Combine(RunSettings.RepositoryFolder, "tests", "Sluice.Differential", "Tools", "Streams", "StreamsCheck.java");
        try
        {
            await using ChildProcess compiler = ChildProcess.Start(
                "javac", ["-cp", $"{Path.Combine(RunSettings.KafkaFolder!, "libs")}/*", "-d", _folder.Path, source], Path.Combine(_folder.Path, "javac.log"));
            (await compiler.ExitAsync(Patience)).ShouldBe(0, compiler.Tail());
            return _isCompiled = true;
        }
        catch (Win32Exception)
        {
            // There is no such program; whoever runs the tests is told by the skipped ones.
            return false;
        }
    }
}
