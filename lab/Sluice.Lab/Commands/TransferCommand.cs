using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Commands;

/// <summary>The classic experiment: one large file, each mechanism.</summary>
internal static class TransferCommand
{
    private const long DefaultFileBytes = 1L << 30;
    private const int DefaultRounds = 5;

    internal static Command Create(LabConsole console)
    {
        var options = new RunOptions();
        Option<int?> connections = LabOptions.Number("--connections", "Connections that share the file. Default: 1", 1, 1024);
        var command = new Command("transfer", "The classic experiment: send 1 GiB by each mechanism, and compare time, processor time, calls and waits.");
        options.AddTo(command);
        command.Options.Add(connections);
        command.SetAction((parsed, cancellationToken) => RunAsync(console, options, parsed, parsed.GetValue(connections) ?? 1, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LabConsole console, RunOptions options, ParseResult parsed, int connections, CancellationToken cancellationToken)
    {
        string? folder = ReportFolder.Prepare(parsed.GetValue(options.Out));
        MechanismSelection mechanisms = options.SelectOffered(parsed);
        int roundsCount = parsed.GetValue(options.Rounds) ?? DefaultRounds;
        using TestFile file = options.OpenFile(parsed, DefaultFileBytes, cancellationToken);
        if (file.LengthBytes < connections) throw LabException.Usage($"{ByteSize.Format(file.LengthBytes)} cannot be shared by {connections} connections");
        MachineFacts machine = MachineFacts.Collect(file.Path, console.Time);
        List<TransferPlan> plans = [.. mechanisms.Offered.Select(mechanism => options.CreatePlan(parsed, mechanism, file) with
        {
            TransferBytes = file.LengthBytes / connections,
            Connections = connections,
        })];
        if (plans[0].Cache == CacheState.Warm) file.Warm(cancellationToken);
        var runner = new TransferRunner(file);
        IReadOnlyList<TransferMeasures> measures = await RunProgressDisplay.RunAsync(
            console, progress => runner.RunRoundsAsync(plans, roundsCount, progress, cancellationToken));

        List<KeyValuePair<string, string>> settings = [.. options.Describe(parsed, plans[0], roundsCount)];
        if (connections > 1) settings.Add(new("connections", $"{connections}, each sends its share of the file"));
        var report = new LabReport
        {
            Command = "transfer",
            Title = $"{ByteSize.Format(file.LengthBytes)} from a file to a socket",
            Machine = machine,
            Settings = settings,
            Tables = TransferTables.Create(measures, mechanisms.Missing),
            Charts = TransferTables.Charts(measures),
            Notes = [.. MachineFacts.LoopbackNotes],
            Results = TransferTables.ForMachines(measures, mechanisms.Missing),
        };
        await ReportOutput.WriteAsync(console, report, parsed.GetValue(options.Json), folder, cancellationToken);
        return ExitCodes.Ok;
    }
}
