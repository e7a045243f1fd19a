using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Commands;

/// <summary>Sizes of a transfer × mechanisms × connections.</summary>
internal static class SweepCommand
{
    private const long DefaultFileBytes = 256L << 20;
    private const int DefaultRounds = 3;
    private const int TransfersMax = 200_000;

    private static readonly IReadOnlyList<long> DefaultSizes = [1 << 10, 4 << 10, 8 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 16 << 20];
    private static readonly IReadOnlyList<int> DefaultConnections = [1, 64];
    private static readonly IReadOnlyList<string> DefaultMechanisms = ["read-write-8k", "read-write-64k", "mmap-send", "sendfile", "c-sendfile", "sluice", "splice", "copyto"];

    internal static Command Create(LabConsole console)
    {
        var options = new RunOptions();
        Option<IReadOnlyList<long>?> sizes = LabOptions.Sizes("--sizes", "Sizes of a transfer. Default: 1KiB to 16MiB", 1, 1L << 40);
        Option<IReadOnlyList<int>?> connections = LabOptions.Numbers("--connections", "Connections at the same time. Default: 1,64", 1, 1024);
        Option<long?> total = LabOptions.Size("--total", "Bytes of a run, over all connections. Default: as many as the file has", 1, 1L << 40);
        var command = new Command("sweep", "From which size on does zero-copy pay: sizes of a transfer x mechanisms x connections.");
        options.AddTo(command);
        command.Options.Add(sizes);
        command.Options.Add(connections);
        command.Options.Add(total);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            console,
            options,
            parsed,
            new Grid(parsed.GetValue(sizes) ?? DefaultSizes, parsed.GetValue(connections) ?? DefaultConnections, parsed.GetValue(total)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LabConsole console, RunOptions options, ParseResult parsed, Grid grid, CancellationToken cancellationToken)
    {
        string? folder = ReportFolder.Prepare(parsed.GetValue(options.Out));
        MechanismSelection mechanisms = options.SelectOffered(parsed, DefaultMechanisms);
        int roundsCount = parsed.GetValue(options.Rounds) ?? DefaultRounds;
        using TestFile file = options.OpenFile(parsed, DefaultFileBytes, cancellationToken);
        long[] sizes = [.. grid.Sizes.Where(size => size <= file.LengthBytes)];
        if (sizes.Length == 0) throw LabException.Usage($"every size is larger than the file, which has {ByteSize.Format(file.LengthBytes)}");
        MachineFacts machine = MachineFacts.Collect(file.Path, console.Time);
        List<TransferPlan> plans = [];
        foreach (int connections in grid.Connections)
        {
            foreach (long size in sizes)
            {
                long transfers = Math.Clamp((grid.TotalBytes ?? file.LengthBytes) / size / connections, 1, TransfersMax);
                plans.AddRange(mechanisms.Offered.Select(mechanism => options.CreatePlan(parsed, mechanism, file) with
                {
                    TransferBytes = size,
                    TransfersPerConnection = (int)transfers,
                    Connections = connections,
                }));
            }
        }

        if (plans[0].Cache == CacheState.Warm) file.Warm(cancellationToken);
        var runner = new TransferRunner(file);
        IReadOnlyList<TransferMeasures> measures = await RunProgressDisplay.RunAsync(
            console, progress => runner.RunRoundsAsync(plans, roundsCount, progress, cancellationToken));
        var report = new LabReport
        {
            Command = "sweep",
            Title = "Sizes of a transfer, mechanisms and connections",
            Machine = machine,
            Settings = [.. options.Describe(parsed, plans[0], roundsCount), new("run", "transfers walk through the file, one after the other on each connection")],
            Tables = SweepTables.Create(measures, mechanisms.Missing),
            Charts = SweepTables.Charts(measures),
            Notes = [.. MachineFacts.LoopbackNotes],
            Results = TransferTables.ForMachines(measures, mechanisms.Missing),
        };
        await ReportOutput.WriteAsync(console, report, parsed.GetValue(options.Json), folder, cancellationToken);
        return ExitCodes.Ok;
    }

    private sealed record Grid(IReadOnlyList<long> Sizes, IReadOnlyList<int> Connections, long? TotalBytes);
}
