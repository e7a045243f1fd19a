using Sluice.Lab.Http;

namespace Sluice.Lab.Tests;

public sealed class HttpCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_server_that_is_here_gets_a_row_and_nothing_is_left()
    {
        Assert.SkipWhen(Programs.Find("wrk") is null, "wrk is not installed");
        LabRun run = await LabRun.RunAsync("http", "--sizes", "1KiB", "--rounds", "1", "--seconds", "1", "--connections", "4", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(0, run.Error);
        foreach (HttpServerKind kind in Enum.GetValues<HttpServerKind>())
            run.Output.ShouldContain(HttpServerProcess.WhyNotOffered(kind) ?? $"| {HttpServerNames.Of(kind)} ");
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--servers apache", 2, "there is no server 'apache'; there are nginx-sendfile, nginx-cached, nginx-copy, sluice, kestrel")]
    [InlineData("--seconds 0", 2, "--seconds wants a whole number from 1 to 3600; it is '0'")]
    [InlineData("--sizes 0", 2, "--sizes wants a size from 1 B to 1 TiB, such as 64KiB; it is '0'")]
    [InlineData("--dir /nowhere/at/all", 1, "")]
    public async Task What_cannot_be_run_is_said_in_one_line(string options, int exitCode, string message)
    {
        LabRun run = await LabRun.RunAsync(["http", .. options.Split(' ')]);
        run.ExitCode.ShouldBe(exitCode);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: {message}");
    }

    [Fact]
    public void What_wrk_says_is_read_and_errors_are_no_figures()
    {
        const string Output = """
            Running 3s test @ http://127.0.0.1:19600/1024.bin
              1 threads and 32 connections
              Latency Distribution
                 50%  500.00us
                 99%    2.50ms
              90000 requests in 3.00s, 100.00MB read
            Requests/sec:  30000.00
            """;
        LoadRun run = LoadRun.Parse(Output, cpuSeconds: 1.8).ShouldNotBeNull();
        run.RequestsPerSecond.ShouldBe(30_000);
        run.P99Us.ShouldBe(2500, 0.001);
        run.CpuMicrosecondsPerRequest.ShouldBe(20, 0.001);
        run.CpuSecondsPerGigabyte(1_000_000).ShouldBe(0.02, 0.0001);
        LoadRun.Parse(Output + "\n  Non-2xx or 3xx responses: 5", 1).ShouldBeNull();
        LoadRun.Parse(Output + "\n  Socket errors: connect 0, read 1, write 0, timeout 0", 1).ShouldBeNull();
        LoadRun.Parse("unable to connect", 1).ShouldBeNull();
    }
}
