using System.Text.Json;
using Sluice.Lab.Tracing;

namespace Sluice.Lab.Tests;

public sealed class TraceCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Copies_are_seen_where_there_are_some_and_not_where_there_are_none()
    {
        LabRun run = await LabRun.RunAsync("trace", "--size", "256KiB", "--mechanisms", "read-write-64k,sendfile", "--dir", _folder.Path, "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        _folder.Files().ShouldBeEmpty();
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement traced = document.RootElement.GetProperty("results").GetProperty("traced");
        Assert.SkipWhen(traced.GetArrayLength() == 0, "strace is not installed");
        Copied(traced[0]).ShouldBeInRange(2 * (256 << 10), (2 * (256 << 10)) + 1000);
        Copied(traced[1]).ShouldBeLessThan(1000, "only the header is copied");
    }

    [Theory]
    [InlineData("12 sendfile(60, 58, [0] => [65536], 65536) = 65536 <0.000101>", "sendfile", 65536, "", 101)]
    [InlineData("12 <... sendto resumed>) = 100 <0.000020>", "sendto", 100, "", 20)]
    [InlineData("12 sendfile(60, 58, [0], 65536)  = -1 EAGAIN (Resource temporarily unavailable) <0.000005>", "sendfile", -1, "EAGAIN", 5)]
    [InlineData("12 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 5, 0) = 0x7f0000000000 <0.000005>", "mmap", 0, "", 5)]
    public void A_line_of_strace_is_read(string line, string name, long result, string error, double microseconds)
    {
        TracedCall call = TracedCall.Parse(line).ShouldNotBeNull();
        (call.Name, call.Result, call.Error).ShouldBe((name, result, error));
        call.Microseconds.ShouldBe(microseconds, 0.01);
    }

    [Theory]
    [InlineData("12 epoll_wait(7,  <unfinished ...>")]
    [InlineData("12 +++ exited with 0 +++")]
    [InlineData("")]
    public void A_line_that_is_no_whole_call_is_left_out(string line) => TracedCall.Parse(line).ShouldBeNull();

    [Fact]
    public void Calls_of_one_kind_that_follow_each_other_are_one_step_and_the_labs_own_talk_is_none()
    {
        TraceStep[] steps = [.. TraceStep.Of(
        [
            new TracedCall("read", "0, \"\"..., 4096", 3, "", 1),
            new TracedCall("pread64", "5, \"\"..., 10, 0", 10, "", 2),
            new TracedCall("pread64", "5, \"\"..., 10, 10", 10, "", 3),
            new TracedCall("sendto", "6, \"\"..., 20, MSG_NOSIGNAL", 20, "", 4),
            new TracedCall("write", "1, \"\"..., 200", 200, "", 1),
        ])];
        steps.Length.ShouldBe(2);
        (steps[0].Call, steps[0].Times, steps[0].Bytes, steps[0].Microseconds).ShouldBe(("pread64", 2, 20, 5));
        (steps[1].Call, steps[1].CpuCopies).ShouldBe(("sendto", 1));
    }

    [Theory]
    [InlineData("--mechanisms teleport", 2, "there is no mechanism 'teleport'")]
    [InlineData("--size 0", 2, "--size wants a size from 1 B to 1 GiB")]
    [InlineData("--dir /nowhere/at/all", 1, "there is no folder /nowhere/at/all")]
    public async Task What_cannot_be_run_is_said_in_one_line(string options, int exitCode, string message)
    {
        LabRun run = await LabRun.RunAsync(["trace", .. options.Split(' ')]);
        run.ExitCode.ShouldBe(exitCode);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: {message}");
    }

    private static long Copied(JsonElement trace) => trace.GetProperty("steps").EnumerateArray()
        .Where(step => step.TryGetProperty("cpuCopies", out JsonElement copies) && copies.GetInt32() > 0)
        .Sum(step => step.GetProperty("bytes").GetInt64());
}
