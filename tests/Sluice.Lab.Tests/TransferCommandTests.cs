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
}
