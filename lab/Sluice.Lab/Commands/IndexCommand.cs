using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Lookups;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Commands;

/// <summary>Index lookups: mapped memory against reads.</summary>
internal static class IndexCommand
{
    // A new segment's index, one of a quiet partition, and the largest that Kafka's settings allow by default.
    private static readonly IReadOnlyList<long> DefaultSizes = [4 << 10, 256 << 10, 10 << 20];
    private const int DefaultLookups = 20_000;
    private const int DefaultCold = 20;
    private const int DefaultRounds = 5;
    private const long IndexBytesMax = 1L << 30;

    internal static Command Create(LabConsole console)
    {
        Option<IReadOnlyList<long>?> sizes = LabOptions.Sizes("--sizes", "Sizes of the index. Default: 4KiB,256KiB,10MiB", IndexFile.EntryBytes, IndexBytesMax);
        Option<int?> lookups = LabOptions.Number("--lookups", $"Lookups in a round, the index being in memory. Default: {DefaultLookups}", 10, 100_000_000);
        Option<int?> cold = LabOptions.Number("--cold", $"Lookups in a round, the index being dropped from memory before each. Default: {DefaultCold}", 1, 100_000);
        Option<int?> rounds = LabOptions.Number("--rounds", $"Runs of each, in turns. Default: {DefaultRounds}", 1, 1000);
        Option<string?> folder = new("--dir") { Description = "Folder of the index. Default: the folder for temporary files", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "One JSON document instead of tables" };
        Option<string?> page = LabOptions.Out();
        var command = new Command("index", "Index lookups: binary search in mapped memory, and by pread of pages and of entries.") { sizes, lookups, cold, rounds, folder, json, page };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string target = Path.GetFullPath(parsed.GetValue(folder) ?? Path.GetTempPath());
            string? pageFolder = ReportFolder.Prepare(parsed.GetValue(page));
            if (!Directory.Exists(target)) throw new LabException($"there is no folder {target} for the index; --dir names another");
            IReadOnlyList<long> sizesBytes = parsed.GetValue(sizes) ?? DefaultSizes;
            int roundsCount = parsed.GetValue(rounds) ?? DefaultRounds;
            MachineFacts machine = MachineFacts.Collect(target, console.Time);
            List<LookupMeasures> measures = await StepDisplay.RunAsync(console, LookupExperiment.StepsCount(sizesBytes.Count, roundsCount), display => Task.Run(
                () => LookupExperiment.Run(
                    target, sizesBytes, parsed.GetValue(lookups) ?? DefaultLookups, parsed.GetValue(cold) ?? DefaultCold, roundsCount, display, cancellationToken),
                cancellationToken));
            await ReportOutput.WriteAsync(console, Report(machine, measures, roundsCount), parsed.GetValue(json), pageFolder, cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static LabReport Report(MachineFacts machine, IReadOnlyList<LookupMeasures> measures, int roundsCount) => new()
    {
        Command = "index",
        Title = "Lookups in a sorted index of 8-byte entries",
        Machine = machine,
        Settings = [new("keys", "random"), new("rounds", $"{roundsCount}, interleaved; every answer is checked")],
        Tables =
        [
            new(
                "One lookup",
                ["index", "mechanism", ">warm ns", ">spread", ">system calls", ">cold us, median", ">cold us, max", ">cold page faults"],
                [.. measures.Select(Row)]),
        ],
        Charts = [Chart("warm", "A lookup, the index being in memory", "ns", measures, measure => measure.WarmNs.Median), Chart("cold", "The first lookup after the index was dropped", "µs", measures, measure => measure.ColdUs.Median)],
        Notes =
        [
            "Warm: the index is in the page cache, and most of it in the processor's too. Cold: the kernel was asked to drop it before each lookup (POSIX_FADV_DONTNEED).",
            "On a file system in memory, such as tmpfs, nothing can be dropped, and cold is warm.",
            "The spread is half the distance between the extremes, relative to the median.",
        ],
        Results = measures,
    };

    private static ReportChart Chart(string fileName, string title, string unit, IReadOnlyList<LookupMeasures> measures, Func<LookupMeasures, double> value) =>
        ReportChart.BySize(fileName, title, unit, measures.Select(measure => (measure.Mechanism, measure.IndexBytes, value(measure))));

    private static string[] Row(LookupMeasures measure) =>
    [
        ByteSize.Format(measure.IndexBytes),
        measure.Mechanism,
        TransferTables.Number(measure.WarmNs.Median),
        TransferTables.Spread(measure.WarmNs),
        TransferTables.Number(measure.CallsPerLookup, 1),
        TransferTables.Number(measure.ColdUs.Median),
        TransferTables.Number(measure.ColdUs.Max),
        TransferTables.Number(measure.ColdFaults, 1),
    ];
}
