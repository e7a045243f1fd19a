using System.Text;
using System.Text.Json;
using Sluice.Lab.Receiving;

namespace Sluice.Lab.Tests;

public sealed class ReceiveCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_way_in_writes_what_was_sent_and_leaves_nothing()
    {
        // Neither whole pages nor whole chunks.
        LabRun run = await LabRun.RunAsync("receive", "--size", "3000001", "--rounds", "1", "--dir", _folder.Path, "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement results = document.RootElement.GetProperty("results");
        (string?, bool)[] measured = [.. results.GetProperty("measured").EnumerateArray().Select(row => (row.GetProperty("mechanism").GetString(), row.GetProperty("crc").GetBoolean()))];
        string?[] missing = [.. results.GetProperty("notOffered").EnumerateArray().Select(row => row.GetProperty("mechanism").GetString())];
        foreach (string name in IntakeCatalog.All) (measured.Any(row => row.Item1 == name) || missing.Contains(name)).ShouldBeTrue(name);
        measured.ShouldContain((IntakeCatalog.BufferPwrite, true));
        measured.ShouldNotContain((IntakeCatalog.Splice, true));
        _folder.Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task Its_table_has_a_row_for_each_with_and_without_crc()
    {
        LabRun run = await LabRun.RunAsync("receive", "--size", "1MiB", "--rounds", "1", "--chunk", "64KiB", "--mechanisms", "buffer-pwrite", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldMatch(@"\| buffer-pwrite +\| no +\|");
        run.Output.ShouldMatch(@"\| buffer-pwrite +\| yes +\|");
        run.Error.ShouldContain("0 %  1 of 2: buffer-pwrite");
    }

    [Theory]
    [InlineData("--mechanisms teleport", 2, "there is no mechanism 'teleport'; there are buffer-pwrite,")]
    [InlineData("--size 900TiB", 2, "--size wants a size from 1 B to 1 TiB")]
    [InlineData("--size 1TiB --dir /dev/shm", 1, "the file needs 1 TiB, and /dev/shm has ")]
    [InlineData("--dir /nowhere/at/all", 1, "there is no folder /nowhere/at/all for the file; --dir names another")]
    [InlineData("--size 1MiB --rounds 1 --dir /proc/self", 1, "")]
    public async Task What_cannot_be_run_is_said_in_one_line(string options, int exitCode, string message)
    {
        LabRun run = await LabRun.RunAsync(["receive", .. options.Split(' ')]);
        run.ExitCode.ShouldBe(exitCode);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: {message}");
    }

    [Fact]
    public void The_checksum_is_that_of_the_standard() =>
        (~Crc32C.Append(Crc32C.Start, Encoding.ASCII.GetBytes("123456789"))).ShouldBe(0xE3069283u);
}
