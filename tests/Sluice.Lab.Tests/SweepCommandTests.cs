using System.Text.Json;

namespace Sluice.Lab.Tests;

public sealed class SweepCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sweep_writes_a_page_that_needs_nothing_else_and_the_plots_beside_it()
    {
        string report = Path.Combine(_folder.Path, "report");
        LabRun run = await LabRun.RunAsync(
            "sweep", "--size", "1MiB", "--sizes", "1KiB,64KiB", "--connections", "1,2", "--rounds", "1", "--mechanisms", "read-write-8k,sendfile",
            "--dir", _folder.Path, "--out", report);
        run.ExitCode.ShouldBe(0, run.Error);
        run.LastErrorLine.ShouldBe($"the report is {Path.Combine(report, "index.html")}");
        run.Output.ShouldContain("Throughput, MB/s, 2 connections");

        string page = await File.ReadAllTextAsync(Path.Combine(report, "index.html"));
        page.ShouldContain("<svg");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("src=");
        page.ShouldContain("Processor time of the sender, CPU s/GB, 1 connection");
        page.ShouldContain("there is no network card");

        string[] files = [.. Directory.GetFiles(report).Select(path => Path.GetFileName(path)!)];
        foreach (string plot in (string[])["cpu-1-connections", "throughput-2-connections", "latency-p99-1-connections"])
        {
            files.ShouldContain($"{plot}.svg");
            byte[] png = await File.ReadAllBytesAsync(Path.Combine(report, $"{plot}.png"));
            png[..4].ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
        }

        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(report, "results.json")));
        document.RootElement.GetProperty("results").GetProperty("measured").GetArrayLength().ShouldBe(8);
        _folder.Files().ShouldBeEmpty("the test file is removed");
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_is_told_before_anything_runs()
    {
        string file = _folder.File("in-the-way", 1);
        LabRun run = await LabRun.RunAsync("sweep", "--dir", _folder.Path, "--out", Path.Combine(file, "report"));
        run.ExitCode.ShouldBe(1);
        run.LastErrorLine.ShouldStartWith("sluice-lab: --out: no report can be written to ");
        _folder.Files().ShouldBe([file]);
    }

    [Fact]
    public async Task Sizes_above_the_file_make_no_sense()
    {
        LabRun run = await LabRun.RunAsync("sweep", "--size", "1KiB", "--sizes", "64KiB", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(2);
        run.LastErrorLine.ShouldBe("sluice-lab: every size is larger than the file, which has 1 KiB");
        _folder.Files().ShouldBeEmpty();
    }
}
