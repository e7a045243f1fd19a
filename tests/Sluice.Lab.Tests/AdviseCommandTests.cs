using System.Text.Json;
using Sluice.Lab.Advising;
using Sluice.Lab.Measuring;

namespace Sluice.Lab.Tests;

public sealed class AdviseCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Advice_names_the_brokers_settings_and_fits_their_ranges()
    {
        LabRun run = await LabRun.RunAsync("advise", "--rounds", "1", "--times", "10", "--dir", _folder.Path, "--json");
        run.ExitCode.ShouldBe(0, run.Error);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        JsonElement results = document.RootElement.GetProperty("results");
        var options = new Transfer.TransferOptions
        {
            CopyThresholdBytes = results.GetProperty("copyThresholdBytes").GetInt32(),
            ChunkBytes = results.GetProperty("chunkBytes").GetInt32(),
        };
        options.ChunkBytes.ShouldBeGreaterThan(options.CopyThresholdBytes - 1);
        results.GetProperty("transferPath").GetString().ShouldBeOneOf("auto", "copy");
        _folder.Files().ShouldBeEmpty();
    }

    [Fact]
    public void The_threshold_is_the_longest_region_before_the_first_that_is_dearer_to_copy()
    {
        Advice.CopyThresholdBytes([Region(512, 1, 2), Region(1024, 2, 2), Region(2048, 4, 3), Region(4096, 1, 3)]).ShouldBe(1024);
        Advice.CopyThresholdBytes([Region(512, 3, 2), Region(1024, 1, 2)]).ShouldBe(0);
        Advice.CopyThresholdBytes([Region(512, 1, 2)]).ShouldBe(512);
    }

    [Fact]
    public void The_call_is_the_shortest_that_is_as_good_as_the_best()
    {
        Advice.CallBytes([Call(64, 0.20), Call(256, 0.104), Call(1024, 0.100), Call(4096, 0.3)]).ShouldBe(256);
        Advice.CallBytes([Call(64, 0.1)]).ShouldBe(64);
    }

    [Theory]
    [InlineData("--rounds 0", 2, "--rounds wants a whole number from 1 to 1000; it is '0'")]
    [InlineData("--dir /nowhere/at/all", 1, "there is no folder /nowhere/at/all")]
    public async Task What_cannot_be_run_is_said_in_one_line(string options, int exitCode, string message)
    {
        LabRun run = await LabRun.RunAsync(["advise", .. options.Split(' ')]);
        run.ExitCode.ShouldBe(exitCode);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: {message}");
    }

    private static RegionCost Region(int bytes, double copy, double sendFile) => new(bytes, Figure.Of([copy]), Figure.Of([sendFile]));

    private static CallCost Call(int bytes, double cpu) => new(bytes, Figure.Of([cpu]));
}
