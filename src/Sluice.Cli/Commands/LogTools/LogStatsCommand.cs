using System.CommandLine;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary><c>sluice log stats</c>.</summary>
internal static class LogStatsCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> path = LogPathArgument.One("A data directory, the directory of a partition, or a segment's .log");
        var deep = new Option<bool>("--deep") { Description = "Decompress the batches, for compression ratios and the records' own sizes" };
        var command = new SluiceCommand(
            "stats",
            "Count what is in the logs: segments, batches, records, offsets, times, codecs, sizes, index density, producers, transactions. Changes nothing.",
            "sluice log stats ./data",
            "sluice log stats ./data/orders-0 --deep --json")
        {
            path, deep,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            InspectedPath inspected = LogPathArgument.Identify(context.ParseResult.GetRequiredValue(path));
            var progress = new InspectionProgress();
            var report = new StatisticsReport(context);
            var statistics = new LogStatistics(InspectionLimits.Default, context.ParseResult.GetValue(deep), progress, report.Add);
            try
            {
                await LogProgress.RunAsync(
                    context,
                    progress,
                    () =>
                    {
                        statistics.Count(inspected, cancellationToken);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException exception)
            {
                throw CommandException.Usage(exception.Message);
            }

            report.Finish();
            return ExitCodes.Ok;
        });
        return command;
    }
}
