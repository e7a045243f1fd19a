using System.CommandLine;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary><c>sluice log copy</c>.</summary>
internal static class LogCopyCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var from = new Argument<string>("FROM") { Description = "A data directory, the directory of a partition, or a segment's .log" };
        var to = new Argument<string>("TO") { Description = "A directory that does not exist, or is empty" };
        var command = new SluiceCommand(
            "copy",
            "Make a new directory with every sound batch of a damaged one. Indexes, epochs, producer snapshots and checkpoints are made from the batches; "
            + "what is damaged is left out, and the offsets that are lost by it are told. The source is only read. Exit code 1 if anything was lost.",
            "sluice log copy ./data ./mended",
            "sluice log copy ./data/orders-0 ./mended/orders-0")
        {
            from, to,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            InspectedPath inspected = LogPathArgument.Identify(context.ParseResult.GetRequiredValue(from));
            var progress = new InspectionProgress();
            var report = new CopyReport(context);
            var copier = new LogCopier(InspectionLimits.Default, progress, report.Add);
            try
            {
                await LogProgress.RunAsync(
                    context,
                    progress,
                    () =>
                    {
                        copier.Copy(inspected, context.ParseResult.GetRequiredValue(to), cancellationToken);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException exception)
            {
                throw CommandException.Usage(exception.Message);
            }

            report.Finish();
            return report.IsComplete ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }
}
