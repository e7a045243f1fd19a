using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Receiving;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Commands;

/// <summary>The way in: from a socket into a file.</summary>
internal static class ReceiveCommand
{
    private const long DefaultBytes = 1L << 30;
    private const int DefaultChunkBytes = 1 << 20;
    private const int DefaultRounds = 3;

    internal static Command Create(LabConsole console)
    {
        Option<long?> size = LabOptions.Size("--size", "Bytes to receive. Default: 1GiB", 1, 1L << 40);
        Option<long?> chunk = LabOptions.Size("--chunk", "Bytes per call. Default: 1MiB", 1 << 10, 1 << 30);
        Option<int?> rounds = LabOptions.Number("--rounds", $"Runs of each, in turns. Default: {DefaultRounds}", 1, 1000);
        Option<string?> mechanisms = new("--mechanisms") { Description = $"Which of {string.Join(", ", IntakeCatalog.All)}. Default: all", HelpName = "NAME,NAME" };
        Option<string?> folder = new("--dir") { Description = "Folder of the file that is written. Default: the folder for temporary files", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "One JSON document instead of tables" };
        Option<string?> page = LabOptions.Out();
        var command = new Command("receive", "The way in: from a socket into a file, by buffer, by mapping and by splice, with and without CRC-32C.")
        {
            size, chunk, rounds, mechanisms, folder, json, page,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string target = Path.GetFullPath(parsed.GetValue(folder) ?? Path.GetTempPath());
            long lengthBytes = parsed.GetValue(size) ?? DefaultBytes;
            IEnumerable<string> names = parsed.GetValue(mechanisms)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(IntakeCatalog.Find).Distinct()
                ?? IntakeCatalog.All;
            int chunkBytes = (int)(parsed.GetValue(chunk) ?? DefaultChunkBytes);
            IntakePlan[] plans =
            [
                .. names.SelectMany(name => (bool[])(IntakeCatalog.SeesBytes(name) ? [false, true] : [false]), (name, crc) => new IntakePlan(name, "", lengthBytes, chunkBytes, crc)),
            ];
            return RunAsync(console, target, plans, parsed.GetValue(rounds) ?? DefaultRounds, parsed.GetValue(json), parsed.GetValue(page), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(LabConsole console, string folder, IntakePlan[] plans, int roundsCount, bool json, string? page, CancellationToken cancellationToken)
    {
        if (plans.Length == 0) throw LabException.Usage($"--mechanisms names none; there are {string.Join(", ", IntakeCatalog.All)}");
        string? pageFolder = ReportFolder.Prepare(page);
        CheckFolder(folder, plans[0].LengthBytes);
        MachineFacts machine = MachineFacts.Collect(folder, console.Time);
        List<IntakeReport>[] runs = [.. plans.Select(_ => new List<IntakeReport>())];
        await StepDisplay.RunAsync(console, plans.Length * roundsCount, async display =>
        {
            var runner = new IntakeRunner();
            for (int step = 0; step < plans.Length * roundsCount; step++)
            {
                // Another one is first in each round.
                int index = (step + (step / plans.Length)) % plans.Length;
                display.Next($"{plans[index].Mechanism}{(plans[index].Crc ? " with CRC-32C" : "")}");
                string path = Path.Combine(folder, $"sluice-lab-{Guid.NewGuid():N}.dat");
                runs[index].Add(await runner.RunAsync(plans[index] with { FilePath = path }, cancellationToken));
            }

            return true;
        });

        (IntakePlan Plan, string Reason)[] missing = [.. plans.Index().Where(entry => runs[entry.Index][0].NotOffered is not null).Select(entry => (entry.Item, runs[entry.Index][0].NotOffered!))];
        IntakeMeasures[] measures = [.. plans.Index().Where(entry => runs[entry.Index][0].NotOffered is null).Select(entry => IntakeMeasures.Of(entry.Item, runs[entry.Index]))];
        var report = new LabReport
        {
            Command = "receive",
            Title = $"{ByteSize.Format(plans[0].LengthBytes)} from a socket into a file",
            Machine = machine,
            Settings = [new("chunk", $"{ByteSize.Format(plans[0].ChunkBytes)} per call at most"), new("rounds", $"{roundsCount}, interleaved; every file is compared with what was sent")],
            Tables = Tables(measures, missing),
            Charts = [Chart("cpu", "Processor time of the receiver for a GB", "CPU s/GB", measures, measure => measure.CpuSecondsPerGigabyte.Median), Chart("throughput", "Throughput", "MB/s", measures, measure => measure.MegabytesPerSecond.Median)],
            Notes =
            [
                "The figures are the receiver's, a process of its own. The pages stay dirty in the page cache: writing them to the disk costs every mechanism the same, and is not in here.",
                "'prepare' is paid before the first byte, for instance when a segment is made; 'CPU' does not include it.",
                .. MachineFacts.LoopbackNotes,
            ],
            Results = new { Measured = measures, NotOffered = missing.Select(entry => new { entry.Plan.Mechanism, entry.Reason }).ToArray() },
        };
        await ReportOutput.WriteAsync(console, report, json, pageFolder, cancellationToken);
        return ExitCodes.Ok;
    }

    private static void CheckFolder(string folder, long neededBytes)
    {
        if (!Directory.Exists(folder)) throw new LabException($"there is no folder {folder} for the file; --dir names another");
        long freeBytes = new DriveInfo(folder).AvailableFreeSpace;
        if (neededBytes > freeBytes) throw new LabException($"the file needs {ByteSize.Format(neededBytes)}, and {folder} has {freeBytes >> 20} MiB free; --size or --dir change that");
    }

    private static List<ReportTable> Tables(IReadOnlyList<IntakeMeasures> measures, IReadOnlyList<(IntakePlan Plan, string Reason)> missing)
    {
        List<ReportTable> tables =
        [
            new(
                "What it costs the receiver",
                ["mechanism", "CRC-32C", ">MB/s", ">spread", ">CPU s/GB", ">spread", ">of it user", ">prepare s/GB", ">calls", ">page faults", ">context switches"],
                [.. measures.Select(Row)]),
            new(
                "On paper",
                ["mechanism", "CPU copies", "how"],
                [.. measures.Select(measure => measure.Mechanism).Distinct().Select(name => (IReadOnlyList<string>)[name, IntakeCatalog.Describe(name).Copies, IntakeCatalog.Describe(name).How])]),
        ];
        if (missing.Count > 0) tables.Add(new("Not offered here", ["mechanism", "why"], [.. missing.Select(entry => (IReadOnlyList<string>)[entry.Plan.Mechanism, entry.Reason])]));
        return tables;
    }

    private static ReportChart Chart(string fileName, string title, string unit, IReadOnlyList<IntakeMeasures> measures, Func<IntakeMeasures, double> value) =>
        new(fileName, title, unit, [.. measures.Select(measure => measure.Crc ? $"{measure.Mechanism}, CRC" : measure.Mechanism)], [new ReportSeries(unit, [.. measures.Select(value)])]);

    private static string[] Row(IntakeMeasures measure) =>
    [
        measure.Mechanism,
        measure.Crc ? "yes" : "no",
        TransferTables.Number(measure.MegabytesPerSecond.Median),
        TransferTables.Spread(measure.MegabytesPerSecond),
        TransferTables.Number(measure.CpuSecondsPerGigabyte.Median, 3),
        TransferTables.Spread(measure.CpuSecondsPerGigabyte),
        TransferTables.Number(measure.UserSecondsPerGigabyte.Median, 3),
        TransferTables.Number(measure.PrepareCpuSecondsPerGigabyte.Median, 3),
        TransferTables.Number(measure.Calls.Median),
        TransferTables.Number(measure.PageFaults.Median),
        TransferTables.Number(measure.ContextSwitches.Median),
    ];
}
