using System.Text.Json;

namespace Sluice.Lab.Tests;

public sealed class TransferCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_transfer_prints_a_row_for_each_mechanism_and_removes_its_file()
    {
        LabRun run = await LabRun.RunAsync("transfer", "--size", "2MiB", "--rounds", "1", "--mechanisms", "read-write-8k,sendfile", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldStartWith("2 MiB from a file to a socket\n");
        run.Output.ShouldMatch(@"\| read-write-8k +\| 8 KiB \|");
        run.Output.ShouldMatch(@"\| sendfile +\| 1 MiB \|");
        _folder.Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task System_calls_are_counted()
    {
        LabRun run = await LabRun.RunAsync(
            "transfer", "--size", "1MiB", "--rounds", "1", "--mechanisms", "read-write-64k", "--dir", _folder.Path, "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement measured = document.RootElement.GetProperty("results").GetProperty("measured")[0].GetProperty("measures");

        // 16 chunks, a read and a write for each; the kernel may take a chunk in more than one write.
        measured.GetProperty("systemCalls").GetProperty("median").GetDouble().ShouldBeInRange(32, 48);
        measured.GetProperty("plan").GetProperty("mechanism").GetString().ShouldBe("read-write-64k");
    }

    [Fact]
    public async Task The_published_figures_stand_beside_those_of_this_machine()
    {
        LabRun run = await LabRun.RunAsync("transfer", "--size", "1MiB", "--rounds", "1", "--mechanisms", "read-write-8k,sendfile,sluice,kernel-tls", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("The classic comparison, published and here");
        run.Output.ShouldMatch(@"Xeon E5-2680v4, 10 GbE, kernel 5.4, JDK 17 +\| 8 KiB read/write +\| 2.80 \|  +358 \|");
        run.Output.ShouldMatch(@"\| here +\| sluice +\|");
    }

    [Fact]
    public async Task A_report_has_a_page_and_bars_for_each_measure()
    {
        string report = Path.Combine(_folder.Path, "report");
        LabRun run = await LabRun.RunAsync(
            "transfer", "--size", "1MiB", "--rounds", "2", "--mechanisms", "read-write-8k,sendfile", "--dir", _folder.Path, "--cache", "evicted", "--out", report);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain("dropped from the page cache before each run");
        foreach (string name in (string[])["index.html", "results.json", "cpu.png", "cpu.svg", "throughput.png", "cpu-percent.svg", "switches.svg"])
        {
            File.Exists(Path.Combine(report, name)).ShouldBeTrue(name);
        }
    }

    [Fact]
    public async Task The_limit_is_set_beside_Sluice_for_each_setting()
    {
        LabRun run = await LabRun.RunAsync("limit", "--size", "1MiB", "--rounds", "1", "--connections", "2", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(0, run.Error);
        foreach (string setting in (string[])["calls of 64 KiB", "calls of 4 MiB", "SO_SNDBUF 256 KiB", "SO_RCVLOWAT 512 KiB"]) run.Output.ShouldContain(setting);
        run.Output.ShouldMatch(@"\| +2 \| calls of 1 MiB +\| +[0-9.]+ \|");
        _folder.Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_interrupted_run_removes_its_file()
    {
        using var output = new StringWriter();
        using var interrupted = new CancellationTokenSource();

        // The first line of progress comes when the file is there and the first run begins.
        using var error = new InterruptingWriter(interrupted);
        var console = new CommandLine.LabConsole { Output = output, Error = error };
        int exitCode = await CommandLine.LabCommandLine.RunAsync(
            ["transfer", "--size", "4MiB", "--dir", _folder.Path, "--mechanisms", "sendfile"], console, interrupted.Token);
        exitCode.ShouldBe(130);
        _folder.Files().ShouldBeEmpty();
    }

    private sealed class InterruptingWriter(CancellationTokenSource interrupted) : StringWriter
    {
        public override void WriteLine(string? value) => interrupted.Cancel();
    }
}
