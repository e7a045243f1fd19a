using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice log-dirs move</c>.</summary>
internal static class LogDirsMoveCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<IReadOnlyList<int>> partitions = NumberOption.CreateList("--partition", "P", "Only these partitions; repeatable, or separated by commas");
        var to = new Option<string>("--to") { Description = "The directory, as 'sluice log-dirs' shows it; the present one gives a move up", HelpName = "DIR", Required = true };
        Option<int?> broker = NumberOption.Create("--broker", "ID", "Only this broker", 0, int.MaxValue);
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until the partitions are there" };
        var command = new SluiceCommand(
            "move",
            "Move partitions to another log directory of their broker, while they are used. Ctrl-C ends the waiting, not the move. "
                + "The broker's setting replica.alter.log.dirs.io.max.bytes.per.second bounds the rate.",
            "sluice log-dirs move orders --to /disk2/sluice",
            "sluice log-dirs move orders --partition 0,1 --to /disk2/sluice --no-wait",
            "sluice config set --broker 1 replica.alter.log.dirs.io.max.bytes.per.second=50000000")
        {
            name, partitions, to, broker, noWait,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            TopicMetadata topic = await TopicLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<int> wanted = TopicLookup.Partitions(topic, context.ParseResult.GetValue(partitions));
            int? brokerId = context.ParseResult.GetValue(broker);
            string directory = context.ParseResult.GetRequiredValue(to);
            List<Move> moves = await PlanAsync(context, topic.Name, wanted, brokerId, directory, cancellationToken).ConfigureAwait(false);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            foreach (IGrouping<int, Move> ofBroker in moves.GroupBy(static move => move.BrokerId))
            {
                await admin.AlterReplicaLogDirsAsync(
                    ofBroker.Key, directory, topic.Name, [.. ofBroker.Select(static move => move.Partition)], cancellationToken).ConfigureAwait(false);
            }

            if (!context.ParseResult.GetValue(noWait)) await WaitAsync(context, topic.Name, directory, moves, cancellationToken).ConfigureAwait(false);
            Tell(context, topic.Name, directory, moves);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<List<Move>> PlanAsync(
        CommandContext context, string topic, IReadOnlyList<int> wanted, int? brokerId, string directory, CancellationToken cancellationToken)
    {
        IReadOnlyList<LogDirectory> directories = await LogDirsCommand.DescribeAsync(context, brokerId, topic, cancellationToken).ConfigureAwait(false);
        if (directories.All(each => each.Path != directory))
        {
            string there = string.Join(", ", directories.Select(static each => each.Path).Distinct());
            throw new CommandException($"no broker has the log directory {directory}. There are: {there}");
        }

        List<Move> moves = [];
        foreach (LogDirectory from in directories)
        {
            bool hasTarget = directories.Any(each => each.BrokerId == from.BrokerId && each.Path == directory);
            if (!hasTarget) continue;
            foreach (LogDirectoryPartition partition in from.Partitions.Where(each => !each.IsFuture && wanted.Contains(each.Partition)))
            {
                moves.Add(new Move(from.BrokerId, partition.Partition, from.Path, partition.SizeBytes, IsDone: false));
            }
        }

        return [.. moves.OrderBy(static move => move.Partition)];
    }

    private static async Task WaitAsync(CommandContext context, string topic, string directory, List<Move> moves, CancellationToken cancellationToken)
    {
        ProgressState state = new(0, 0, 0, Trouble: null);
        long totalBytes = Math.Max(1, moves.Sum(static move => move.SizeBytes));
        await new ProgressDisplay(context.Console, context.IsErrorColored, () => state, countsRecords: false).RunAsync(async () =>
        {
            while (true)
            {
                IReadOnlyList<LogDirectory> directories = await LogDirsCommand.DescribeAsync(context, brokerId: null, topic, cancellationToken).ConfigureAwait(false);
                long copiedBytes = 0;
                for (int index = 0; index < moves.Count; index++)
                {
                    moves[index] = moves[index] with { IsDone = Look(directories, directory, moves[index], out long bytes) };
                    copiedBytes += bytes;
                }

                state = new ProgressState(0, copiedBytes, Math.Min(1, (double)copiedBytes / totalBytes), Trouble: null);
                if (moves.TrueForAll(static move => move.IsDone)) return true;
                await Task.Delay(LookInterval, context.Console.Time, cancellationToken).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    // Whether the partition is in the directory; if not, a copy of it must be.
    private static bool Look(IReadOnlyList<LogDirectory> directories, string directory, Move move, out long copiedBytes)
    {
        LogDirectory? target = directories.FirstOrDefault(each => each.BrokerId == move.BrokerId && each.Path == directory);
        LogDirectoryPartition? found = target?.Partitions.FirstOrDefault(each => each.Partition == move.Partition);
        copiedBytes = found?.SizeBytes ?? 0;
        if (found is null)
        {
            string why = target?.Error is { } error ? $"the directory cannot be used: {error}" : "it was given up, or the broker's log says what failed";
            throw new CommandException($"partition {move.Partition} is not being moved to {directory} any more: {why}");
        }

        return !found.IsFuture;
    }

    private static void Tell(CommandContext context, string topic, string directory, List<Move> moves)
    {
        if (context.IsJson)
        {
            context.WriteJson(
                [.. moves.Select(move => new Documents.MovedPartition(topic, move.Partition, move.BrokerId, move.From, directory, move.IsDone || move.From == directory))],
                CliJson.Default.MovedPartitionArray);
            return;
        }

        var table = new TextTable("Topic", ">Partition", ">Size", "From", "To", "State");
        foreach (Move move in moves)
        {
            string state = move.From == directory ? "there already" : move.IsDone ? "moved" : "moving";
            table.Add(topic, Amounts.Count(move.Partition), Amounts.Bytes(move.SizeBytes), move.From, directory, state);
        }

        context.Write(table);
    }

    private sealed record Move(int BrokerId, int Partition, string From, long SizeBytes, bool IsDone);
}
