using System.CommandLine;
using Sluice.Lab.Advising;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;
using Sluice.Lab.Reporting;
using Sluice.Transfer;

namespace Sluice.Lab.Commands;

/// <summary>This machine's thresholds for the broker's settings.</summary>
internal static class AdviseCommand
{
    private static readonly int[] RegionSizes = [512, 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10];
    private static readonly int[] CallSizes = [64 << 10, 256 << 10, 1 << 20, 4 << 20];
    private const int CallRegionBytes = 4 << 20;
    private const int CallTimes = 16;
    private const int DefaultRounds = 11;
    private const int DefaultTimes = 1000;
    private const long FileBytes = 64 << 20;

    internal static Command Create(LabConsole console)
    {
        Option<int?> rounds = LabOptions.Number("--rounds", $"Runs of each, in turns. Default: {DefaultRounds}", 1, 1000);
        Option<int?> times = LabOptions.Number("--times", $"Transfers in a run. Default: {DefaultTimes}", 10, 1_000_000);
        Option<string?> folder = new("--dir") { Description = "Folder of the test file: on the file system that the log will lie on. Default: the folder for temporary files", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "One JSON document instead of tables" };
        Option<string?> page = LabOptions.Out();
        var command = new Command("advise", "This machine's thresholds for the broker's settings, and what its kernel offers.") { rounds, times, folder, json, page };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int roundsCount = parsed.GetValue(rounds) ?? DefaultRounds;
            string? pageFolder = ReportFolder.Prepare(parsed.GetValue(page));
            int timesCount = parsed.GetValue(times) ?? DefaultTimes;
            using TestFile file = TestFile.Create(parsed.GetValue(folder) ?? Path.GetTempPath(), FileBytes, cancellationToken);
            MachineFacts machine = MachineFacts.Collect(file.Path, console.Time);
            file.Warm(cancellationToken);
            (List<RegionCost> regions, List<CallCost> calls) = await StepDisplay.RunAsync(
                console,
                roundsCount * (RegionSizes.Length + CallSizes.Length),
                display => Task.Run(() => Measure(file, roundsCount, timesCount, display, cancellationToken), cancellationToken));
            await ReportOutput.WriteAsync(console, Report(machine, regions, calls, roundsCount), parsed.GetValue(json), pageFolder, cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static (List<RegionCost> Regions, List<CallCost> Calls) Measure(
        TestFile file, int roundsCount, int timesCount, StepDisplay display, CancellationToken cancellationToken)
    {
        using var costs = new SendCosts(file);
        List<double>[] copyUs = [.. RegionSizes.Select(_ => new List<double>())];
        List<double>[] sendFileUs = [.. RegionSizes.Select(_ => new List<double>())];
        List<double>[] perGigabyte = [.. CallSizes.Select(_ => new List<double>())];
        costs.Copy(CallRegionBytes, CallTimes);
        costs.SendFile(CallRegionBytes, CallRegionBytes, CallTimes);
        for (int round = 0; round < roundsCount; round++)
        {
            for (int i = 0; i < RegionSizes.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                display.Next($"regions of {ByteSize.Format(RegionSizes[i])}");

                // Who is first changes, so that neither always finds the socket as the other left it.
                if (round % 2 == 0) copyUs[i].Add(costs.Copy(RegionSizes[i], timesCount) / timesCount * 1e6);
                sendFileUs[i].Add(costs.SendFile(RegionSizes[i], RegionSizes[i], timesCount) / timesCount * 1e6);
                if (round % 2 != 0) copyUs[i].Add(costs.Copy(RegionSizes[i], timesCount) / timesCount * 1e6);
            }

            for (int i = 0; i < CallSizes.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                display.Next($"calls of {ByteSize.Format(CallSizes[i])}");
                perGigabyte[i].Add(costs.SendFile(CallRegionBytes, CallSizes[i], CallTimes) / ((double)CallRegionBytes * CallTimes / 1e9));
            }
        }

        return (
            [.. RegionSizes.Select((size, i) => new RegionCost(size, Figure.Of(copyUs[i]), Figure.Of(sendFileUs[i])))],
            [.. CallSizes.Select((size, i) => new CallCost(size, Figure.Of(perGigabyte[i])))]);
    }

    private static LabReport Report(MachineFacts machine, IReadOnlyList<RegionCost> regions, IReadOnlyList<CallCost> calls, int roundsCount)
    {
        var defaults = new TransferOptions();
        TransferCapabilities capabilities = TransferCapabilities.Detect();
        int threshold = Advice.CopyThresholdBytes(regions);
        int callBytes = Advice.CallBytes(calls);
        string path = capabilities.SendFile.IsOffered && threshold < regions[^1].RegionBytes ? "auto" : "copy";
        return new LabReport
        {
            Command = "advise",
            Title = "Settings for this machine",
            Machine = machine,
            Settings = [new("rounds", $"{roundsCount}, interleaved; header of 100 bytes before each region, the file in the page cache, receiver drops the bytes")],
            Tables =
            [
                new(
                    "What the measurements say",
                    ["setting", "where", "default", "here", "why"],
                    [
                        ["sluice.transfer.copy.threshold.bytes", "broker", $"{defaults.CopyThresholdBytes}", $"{threshold}", threshold == 0 ? "copying is never cheaper" : $"up to {ByteSize.Format(threshold)} copying is cheaper than a call of its own"],
                        ["sluice.transfer.path", "broker", "auto", path, path == "auto" ? "sendfile is cheaper above the threshold" : "sendfile is not offered, or nowhere cheaper"],
                        ["TransferOptions.ChunkBytes", "library", $"{defaults.ChunkBytes}", $"{callBytes}", "the shortest call that costs no more than the best one plus 5 %"],
                    ]),
                new(
                    "A header and a region: processor time of one transfer",
                    [">region", ">copy us", ">spread", ">sendfile us", ">spread", "cheaper"],
                    [.. regions.Select(cost => (IReadOnlyList<string>)
                    [
                        ByteSize.Format(cost.RegionBytes),
                        TransferTables.Number(cost.CopyUs.Median, 2), TransferTables.Spread(cost.CopyUs),
                        TransferTables.Number(cost.SendFileUs.Median, 2), TransferTables.Spread(cost.SendFileUs),
                        cost.CopyUs.Median <= cost.SendFileUs.Median ? "copy" : "sendfile",
                    ])]),
                new(
                    "Length of a sendfile call",
                    [">call", ">CPU s/GB", ">spread"],
                    [.. calls.Select(cost => (IReadOnlyList<string>)[ByteSize.Format(cost.CallBytes), TransferTables.Number(cost.CpuSecondsPerGigabyte.Median, 3), TransferTables.Spread(cost.CpuSecondsPerGigabyte)])]),
                new(
                    "What the kernel offers",
                    ["mechanism", "offered", "detail"],
                    [.. capabilities.All.Select(capability => (IReadOnlyList<string>)[capability.Name, capability.IsOffered ? "yes" : "no", capability.Detail])]),
            ],
            Charts =
            [
                new(
                    "regions", "A header and a region: processor time of one transfer", "µs", [.. regions.Select(cost => ByteSize.Format(cost.RegionBytes))],
                    [new("copy", [.. regions.Select(cost => cost.CopyUs.Median)]), new("sendfile", [.. regions.Select(cost => cost.SendFileUs.Median)])]),
                new(
                    "calls", "Length of a sendfile call", "CPU s/GB", [.. calls.Select(cost => ByteSize.Format(cost.CallBytes))],
                    [new("CPU s/GB", [.. calls.Select(cost => cost.CpuSecondsPerGigabyte.Median)])]),
            ],
            Notes =
            [
                "The time is that of the sending thread alone. Take it as advice only from a quiet machine: see its load average above, and the spreads.",
                .. MachineFacts.LoopbackNotes,
            ],
            Results = new { CopyThresholdBytes = threshold, TransferPath = path, ChunkBytes = callBytes, Regions = regions, Calls = calls, Capabilities = capabilities.All },
        };
    }
}
