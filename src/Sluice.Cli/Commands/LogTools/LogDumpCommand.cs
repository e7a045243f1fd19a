using System.CommandLine;
using Sluice.Cli.Parsing;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary><c>sluice log dump</c>.</summary>
internal static class LogDumpCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> path = LogPathArgument.One();
        var records = new Option<bool>("--records") { Description = "Also print the records in the batches, decompressed" };
        Option<long?> from = NumberOption.Create("--from-offset", "OFFSET", "Begin with the batch that holds this offset", 0L, long.MaxValue);
        Option<long?> max = NumberOption.Create("--max-batches", "N", "Stop after so many batches", 1L, long.MaxValue);
        var command = new SluiceCommand(
            "dump",
            "Print what is in the files of a log: the batches of segments; the entries of indexes, producer snapshots, epochs and checkpoints. "
            + "With --json, one object per line. Ends with exit code 1 if anything is damaged.",
            "sluice log dump ./data/orders-0 --from-offset 1000 --max-batches 5 --records",
            "sluice log dump ./data/orders-0/00000000000000000000.timeindex",
            "sluice log dump ./data --json")
        {
            path, records, from, max,
        };
        CommandContext.SetAction(command, console, options, (context, cancellationToken) =>
        {
            InspectedPath inspected = LogPathArgument.Identify(context.ParseResult.GetRequiredValue(path));
            using JsonDumpWriter? json = context.IsJson ? new JsonDumpWriter(context.Console.Output) : null;
            DumpWriter writer = json is not null ? json : new TextDumpWriter(context.Console.Output);
            var dumping = new LogDumping(
                writer,
                context.ParseResult.GetValue(records),
                context.ParseResult.GetValue(from) ?? 0,
                context.ParseResult.GetValue(max) ?? long.MaxValue);
            bool isSound = dumping.Dump(inspected, cancellationToken);
            return Task.FromResult(isSound ? ExitCodes.Ok : ExitCodes.Failed);
        });
        return command;
    }
}
