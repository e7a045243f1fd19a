using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice transaction describe</c>.</summary>
internal static class TransactionDescribeCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> id = TransactionLookup.Argument();
        var command = new SluiceCommand(
            "describe",
            "Show a transactional id as its coordinator knows it: the producer, the transaction's state and age, and the partitions in it.",
            "sluice transaction describe billing-1")
        {
            id,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            TransactionDescription found = await TransactionLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
            long? openForMs = found.StartTimeMs is { } startMs && TransactionLookup.IsOpen(found.State)
                ? Math.Max(context.Console.Time.GetUtcNow().ToUnixTimeMilliseconds() - startMs, 0)
                : null;
            if (context.IsJson) context.WriteJson(ToDocument(found, openForMs), CliJson.Default.TransactionDescription);
            else Write(context, found, openForMs);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Documents.TransactionDescription ToDocument(TransactionDescription found, long? openForMs) => new(
        found.TransactionalId,
        found.State,
        found.ProducerId,
        found.ProducerEpoch,
        found.TimeoutMs,
        found.StartTimeMs,
        openForMs,
        found.CoordinatorId,
        [.. found.Partitions.Select(partition => new Documents.TopicPartition(partition.Topic, partition.Partition))]);

    private static void Write(CommandContext context, TransactionDescription found, long? openForMs)
    {
        context.WriteHeading(found.TransactionalId);
        context.WriteLine($"{found.State}, producer {Number(found.ProducerId)} of epoch {Number(found.ProducerEpoch)}, coordinated by broker {Number(found.CoordinatorId)}");
        string timeout = $"its transactions are aborted after {Amounts.Elapsed(TimeSpan.FromMilliseconds(found.TimeoutMs))}";
        context.WriteLine(openForMs is { } ms
            ? $"Open since {Amounts.Time(found.StartTimeMs ?? -1)}, for {Amounts.Elapsed(TimeSpan.FromMilliseconds(ms))}; {timeout}."
            : $"No transaction is open; {timeout}.");
        if (found.Partitions.Count == 0) return;

        context.WriteLine();
        var table = new TextTable("Topic", ">Partitions", "In the transaction");
        foreach (IGrouping<string, (string Topic, int Partition)> topic in found.Partitions.GroupBy(partition => partition.Topic))
        {
            int[] indexes = [.. topic.Select(partition => partition.Partition)];
            table.Add(topic.Key, Amounts.Count(indexes.Length), GroupDescribeCommand.Ranges(indexes));
        }

        context.Write(table);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
