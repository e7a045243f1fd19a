using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Commands;

/// <summary>Sluice.Transfer beside the C loop, and what the settings around the call do to both.</summary>
internal static class LimitCommand
{
    private const long DefaultFileBytes = 1L << 30;
    private const int DefaultRounds = 5;

    // A run of 64 connections over 1 GiB ends after a third of a second, of which a tenth is .NET's own start.
    private const int TransfersPerConnection = 4;
    private const string Limit = "c-sendfile";
    private const string Sluice = "sluice";

    private static readonly int[] ChunkSizes = [64 << 10, 256 << 10, 1 << 20, 4 << 20];
    private static readonly int[] SendBuffers = [256 << 10, 4 << 20];
    private static readonly int[] LowWaterMarks = [64 << 10, 512 << 10];

    internal static Command Create(LabConsole console)
    {
        var options = new RunOptions();
        Option<IReadOnlyList<int>?> connections = LabOptions.Numbers("--connections", "Connections at the same time. Default: 1,64", 1, 1024);
        var command = new Command("limit", "How near Sluice.Transfer comes to a C loop around sendfile, and what call size, send buffer and the receiver's low-water mark do.");
        options.AddTo(command);
        command.Options.Add(connections);
        command.SetAction((parsed, cancellationToken) => RunAsync(console, options, parsed, parsed.GetValue(connections) ?? [1, 64], cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        LabConsole console, RunOptions options, ParseResult parsed, IReadOnlyList<int> connectionCounts, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(options.Mechanisms) is not null) throw LabException.Usage($"limit compares {Limit} and {Sluice}; --mechanisms does not apply");
        string? folder = ReportFolder.Prepare(parsed.GetValue(options.Out));
        IMechanism limit = MechanismCatalog.Find(Limit);
        if (limit.WhyNotOffered() is { } reason) throw new LabException($"{Limit} is not offered here: {reason}");
        int roundsCount = parsed.GetValue(options.Rounds) ?? DefaultRounds;
        using TestFile file = options.OpenFile(parsed, DefaultFileBytes, cancellationToken);
        MachineFacts machine = MachineFacts.Collect(file.Path, console.Time);
        TransferPlan basis = options.CreatePlan(parsed, limit, file);
        List<(string Setting, TransferPlan Plan)> settings = [];
        foreach (int connections in connectionCounts.Where(count => count <= file.LengthBytes))
        {
            TransferPlan plan = basis with { Connections = connections, TransferBytes = file.LengthBytes / connections, TransfersPerConnection = TransfersPerConnection };
            settings.AddRange(ChunkSizes.Select(bytes => ($"calls of {ByteSize.Format(bytes)}", plan with { ChunkBytes = bytes })));
            settings.AddRange(SendBuffers.Select(bytes => ($"SO_SNDBUF {ByteSize.Format(bytes)}", plan with { SendBufferBytes = bytes })));
            settings.AddRange(LowWaterMarks.Select(bytes => ($"SO_RCVLOWAT {ByteSize.Format(bytes)}", plan with { ReceiveLowWaterBytes = bytes })));
        }

        if (basis.Cache == CacheState.Warm) file.Warm(cancellationToken);
        List<TransferPlan> plans = [.. settings.SelectMany(setting => (TransferPlan[])[setting.Plan, setting.Plan with { Mechanism = Sluice }])];
        var runner = new TransferRunner(file);
        IReadOnlyList<TransferMeasures> measures = await RunProgressDisplay.RunAsync(
            console, progress => runner.RunRoundsAsync(plans, roundsCount, progress, cancellationToken));
        var report = new LabReport
        {
            Command = "limit",
            Title = "Sluice.Transfer beside a C loop around sendfile",
            Machine = machine,
            Settings = [.. options.Describe(parsed, basis, roundsCount), new("bytes of a run", ByteSize.Format(file.LengthBytes * TransfersPerConnection)), new("calls", $"of {ByteSize.Format(basis.ChunkBytes)} where the table says nothing else")],
            Tables = [new ReportTable(
                "Processor time of the sender for a GB",
                [">connections", "setting", ">C, CPU s/GB", ">spread", ">Sluice, CPU s/GB", ">spread", ">Sluice to C", ">C, MB/s", ">Sluice, MB/s", ">C, switches", ">Sluice, switches"],
                [.. settings.Select((setting, i) => Row(setting.Setting, measures[2 * i], measures[(2 * i) + 1]))])],
            Notes = [.. MachineFacts.LoopbackNotes],
            Results = TransferTables.ForMachines(measures, []),
        };
        await ReportOutput.WriteAsync(console, report, parsed.GetValue(options.Json), folder, cancellationToken);
        return ExitCodes.Ok;
    }

    private static string[] Row(string setting, TransferMeasures limit, TransferMeasures sluice) =>
    [
        TransferTables.Number(limit.Plan.Connections),
        setting,
        TransferTables.Number(limit.CpuSecondsPerGigabyte.Median, 3),
        TransferTables.Spread(limit.CpuSecondsPerGigabyte),
        TransferTables.Number(sluice.CpuSecondsPerGigabyte.Median, 3),
        TransferTables.Spread(sluice.CpuSecondsPerGigabyte),
        $"x{TransferTables.Number(sluice.CpuSecondsPerGigabyte.Median / limit.CpuSecondsPerGigabyte.Median, 2)}",
        TransferTables.Number(limit.MegabytesPerSecond.Median),
        TransferTables.Number(sluice.MegabytesPerSecond.Median),
        TransferTables.Number(limit.ContextSwitches.Median),
        TransferTables.Number(sluice.ContextSwitches.Median),
    ];
}
