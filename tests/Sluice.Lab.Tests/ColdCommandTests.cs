using Sluice.Lab.Http;

namespace Sluice.Lab.Tests;

public sealed class ColdCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_server_gets_a_row_for_each_thing_beside_it_and_nothing_is_left_but_the_page()
    {
        string page = Path.Combine(_folder.Path, "page");
        string files = Directory.CreateDirectory(Path.Combine(_folder.Path, "files")).FullName;

        LabRun run = await LabRun.RunAsync("cold", "--size", "4MiB", "--rounds", "1", "--seconds", "1", "--connections", "2", "--dir", files, "--out", page);

        run.ExitCode.ShouldBe(0, run.Error);
        foreach (HttpServerKind kind in (HttpServerKind[])[HttpServerKind.NginxSendfile, HttpServerKind.Sluice, HttpServerKind.Kestrel])
            run.Output.ShouldContain(HttpServerProcess.WhyNotOffered(kind) ?? $"{HttpServerNames.Of(kind)}: the 99th percentile beside a cold file is ");
        run.Output.Split('\n').Count(static line => line.StartsWith("| sluice ", StringComparison.Ordinal)).ShouldBe(3);
        Directory.GetFileSystemEntries(files).ShouldBeEmpty();
        File.Exists(Path.Combine(page, "index.html")).ShouldBeTrue();
        File.Exists(Path.Combine(page, "p99.png")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("--servers apache", 2, "there is no server 'apache'")]
    [InlineData("--small 2MiB", 2, "--small wants a size from 1 B to 1 MiB")]
    [InlineData("--dir /nowhere/at/all", 1, "there is no folder /nowhere/at/all for the files")]
    [InlineData("--out /proc/no", 1, "--out: no report can be written to /proc/no")]
    public async Task What_cannot_be_run_is_said_in_one_line(string options, int exitCode, string message)
    {
        LabRun run = await LabRun.RunAsync(["cold", .. options.Split(' ')]);
        run.ExitCode.ShouldBe(exitCode);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: {message}");
    }
}
