using System.Globalization;
using System.Text.Json;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Commands;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Micro.Support;

namespace Sluice.Bench.Tests;

/// <summary>Each load command with next to nothing to do, so that none of them can rot.</summary>
public sealed class LoadCommandTests : IAsyncLifetime
{
    private static readonly string[] Small = ["--warmup", "0", "--megabytes", "1", "--file-megabytes", "2", "--rounds", "2"];

    private InProcessBroker? _broker;

    public async ValueTask InitializeAsync() => _broker = await InProcessBroker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("0", "none")]
    [InlineData("1", "none")]
    [InlineData("all", "lz4")]
    public async Task Produce_moves_the_bytes_asked_for(string acks, string compression)
    {
        Report report = await RunAsync("produce", "--acks", acks, "--compression", compression, "--connections", "2", "--partitions", "2");
        report["requests"].ShouldBeGreaterThanOrEqualTo(14);
        report["records_per_second"].ShouldBeGreaterThan(0);
        (report["mb_per_second"] * report["seconds"]).ShouldBeInRange(0.8, 1.1);
        // The kernel counts resident pages in batches for each processor: a peak may be read some pages below what was read before it.
        report["broker_rss_peak_mb"].ShouldBeGreaterThan(report["broker_rss_idle_mb"] * 0.95);
        report["broker_cpu_seconds_per_gb"].ShouldBeGreaterThanOrEqualTo(0);
    }

    [Theory]
    [InlineData("1", "65536")]
    [InlineData("3", "1048576")]
    public async Task Fetch_moves_the_bytes_asked_for(string inFlight, string maxBytes)
    {
        Report report = await RunAsync("fetch", "--in-flight", inFlight, "--fetch-max-bytes", maxBytes);
        report["requests"].ShouldBeGreaterThanOrEqualTo(0.9 * 1e6 / 1048576);
        (report["mb_per_second"] * report["seconds"]).ShouldBeInRange(0.8, 1.1);
        report["latency_p50_us"].ShouldBeInRange(1, 10_000_000);
        report["latency_p999_us"].ShouldBeLessThanOrEqualTo(report["latency_max_us"]);
    }

    // The mark is above what is left at the end of an answer: a reader that slept until so much is there would sleep for ever.
    [Fact]
    public async Task A_reader_that_sleeps_until_much_is_there_gets_all_of_it()
    {
        Report report = await RunAsync("fetch", "--receive-low-water", "131072", "--fetch-max-bytes", "200000");
        (report["mb_per_second"] * report["seconds"]).ShouldBeInRange(0.8, 1.3);
    }

    [Fact]
    public async Task Tail_counts_each_batch_at_each_consumer()
    {
        Report report = await RunAsync("tail", "--rate", "200", "--connections", "3", "--seconds", "0.5", "--batch-bytes", "1", "--record-bytes", "100");
        report["requests"].ShouldBe(300);
        report["latency_p50_us"].ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("api-versions")]
    public async Task Pingpong_counts_an_answer_to_every_request(string ping)
    {
        Report report = await RunAsync("pingpong", "--ping", ping);
        report["requests"].ShouldBe(5000);
        report["latency_p50_us"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task At_a_fixed_rate_requests_are_sent_on_time()
    {
        Report report = await RunAsync("pingpong", "--rate", "500", "--seconds", "0.5", "--connections", "2");
        report["requests"].ShouldBe(250);
        report["seconds"].ShouldBeGreaterThan(0.49);
    }

    [Fact]
    public async Task Compare_sendfile_measures_both_sides()
    {
        if (!HasCompiler()) Assert.Skip("this machine has no C compiler");
        Report report = await RunAsync("compare-sendfile", "--megabytes", "32");
        report["ratio"].ShouldBeGreaterThan(0);
        report["c_loop_mb_per_second_median"].ShouldBeGreaterThan(0);
        report["broker_mb_per_second_median"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Sendfile_loop_needs_no_broker()
    {
        if (!HasCompiler()) Assert.Skip("this machine has no C compiler");
        Report report = await LoadProgram.RunAsync("sendfile-loop", LoadOptions.Read(Small), TestContext.Current.CancellationToken);
        report["mb_per_second_median"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Startup_starts_a_broker_and_ends_it()
    {
        string broker = Path.Combine(AppContext.BaseDirectory, "sluice.dll");
        LoadOptions options = LoadOptions.Read(["--broker", broker, "--rounds", "1", "--idle", "0"]);
        Report report = await LoadProgram.RunAsync("startup", options, TestContext.Current.CancellationToken);
        report["startup_ms_median"].ShouldBeGreaterThan(1);
        report["rss_idle_mb"].ShouldBeGreaterThan(1);
        report["threads"].ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Report_writes_a_row_for_every_case()
    {
        if (!HasCompiler()) Assert.Skip("this machine has no C compiler");
        string broker = Path.Combine(AppContext.BaseDirectory, "sluice.dll");
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        LoadOptions options = LoadOptions.Read(["--broker", broker, "--rounds", "1", "--idle", "0", "--seconds", "0.05", "--warmup", "0", "--megabytes", "2", "--file-megabytes", "4"]);
        await ReportCommand.RunAsync(options, output, TestContext.Current.CancellationToken);
        output.ToString().Split('\n').Count(line => line.StartsWith('|')).ShouldBe(27);
    }

    [Fact]
    public async Task Json_holds_every_figure_of_the_table()
    {
        Report report = await RunAsync("pingpong");
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        report.Write(text, json: true);
        JsonElement measures = JsonDocument.Parse(text.ToString()).RootElement.GetProperty("measures");
        measures.EnumerateObject().Select(property => property.Name).ShouldBe(report.Measures.Select(measure => measure.Name));
        measures.GetProperty("requests").GetDouble().ShouldBe(5000);
    }

    private static bool HasCompiler() =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "cc")) || File.Exists(Path.Combine(folder, "gcc")));

    // What is given last counts.
    private Task<Report> RunAsync(string command, params string[] arguments)
    {
        string[] attach = ["--bootstrap-server", _broker!.Endpoint.ToString(), "--broker-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];
        LoadOptions options = LoadOptions.Read([.. attach, .. Small, .. arguments]);
        if (arguments.Contains("--seconds")) options = options with { Bytes = null };
        return LoadProgram.RunAsync(command, options, TestContext.Current.CancellationToken);
    }
}
