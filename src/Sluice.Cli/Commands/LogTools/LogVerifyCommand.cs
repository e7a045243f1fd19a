using System.CommandLine;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary><c>sluice log verify</c>.</summary>
internal static class LogVerifyCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var paths = new Argument<string[]>("PATH") { Description = LogPathArgument.Forms, Arity = ArgumentArity.OneOrMore };
        var shallow = new Option<bool>("--shallow") { Description = "Check the batches' checksums, and leave the records in them alone: faster where they are compressed" };
        var command = new SluiceCommand(
            "verify",
            "Check everything that is on the disk: checksums, offsets, records, indexes, transactions, producers, epochs, checkpoints, topic ids. "
            + "Says what is wrong, where, what it means and what would mend it. Changes nothing; a broker may be running. "
            + "Exit code 0: sound, 1: something is wrong, 2: the command line makes no sense.",
            "sluice log verify ./data",
            "sluice log verify ./data/orders-0 ./data/orders-1 --shallow",
            "sluice log verify /var/lib/kafka/logs --json")
        {
            paths, shallow,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            InspectedPath[] inspected = [.. context.ParseResult.GetRequiredValue(paths).Select(LogPathArgument.Identify)];
            var report = new VerificationReport(context);
            var progress = new InspectionProgress();
            var verifier = new LogVerifier(InspectionLimits.Default, !context.ParseResult.GetValue(shallow), progress, report.Add, report.Add);
            bool isDone = await LogProgress.RunAsync(
                context,
                progress,
                () =>
                {
                    foreach (InspectedPath path in inspected) verifier.Verify(path, cancellationToken);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            report.Finish();
            return isDone && report.IsSound ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }
}
