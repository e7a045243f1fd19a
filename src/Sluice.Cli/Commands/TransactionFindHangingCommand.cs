using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice transaction find-hanging</c>.</summary>
internal static class TransactionFindHangingCommand
{
    // transaction.max.timeout.ms of brokers, unless it was changed: younger ones may still end by themselves.
    private const int MinutesDefault = 15;

    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var topic = new Option<string?>("--topic") { Description = "Only this topic. Without it: every topic", HelpName = "TOPIC" };
        Option<IReadOnlyList<int>> partitions = NumberOption.CreateList("--partition", "P", "Only these partitions of the topic; repeatable, or separated by commas");
        Option<int?> broker = NumberOption.Create("--broker", "ID", "Only partitions that this broker has a replica of, as that replica knows them", 0, int.MaxValue);
        Option<int?> minutes = NumberOption.Create(
            "--max-transaction-timeout-minutes",
            "MINUTES",
            $"The largest transaction.max.timeout.ms of the brokers, in minutes: younger transactions are left out [default: {MinutesDefault}]",
            0,
            int.MaxValue);
        var command = new SluiceCommand(
            "find-hanging",
            "Find transactions that are open in a partition, and that no coordinator will ever end. "
                + "Consumers that read committed records cannot get past such a transaction; 'sluice transaction abort' ends it.",
            "sluice transaction find-hanging",
            "sluice transaction find-hanging --topic orders --partition 0",
            "sluice transaction find-hanging --broker 1 --max-transaction-timeout-minutes 60")
        {
            topic, partitions, broker, minutes,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            string? name = context.ParseResult.GetValue(topic);
            IReadOnlyList<int>? wanted = context.ParseResult.GetValue(partitions);
            if (wanted is { Count: > 0 } && name is null) throw CommandException.Usage("--partition needs --topic");
            long nowMs = context.Console.Time.GetUtcNow().ToUnixTimeMilliseconds();
            long writtenBeforeMs = nowMs - ((context.ParseResult.GetValue(minutes) ?? MinutesDefault) * 60_000L);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<TopicMetadata> topics = name is null
                ? await admin.ListTopicsAsync(includeInternal: true, cancellationToken).ConfigureAwait(false)
                : [await TopicLookup.RequireAsync(context, name, cancellationToken).ConfigureAwait(false)];

            List<PartitionProducer> hanging = [];
            foreach (TopicMetadata one in topics)
            {
                int[] indexes = [.. TopicLookup.Partitions(one, wanted).Where(index => IsAtBroker(one, index, context.ParseResult.GetValue(broker)))];
                if (indexes.Length == 0) continue;
                IReadOnlyList<PartitionProducer> producers = await admin
                    .DescribeProducersAsync(one.Name, indexes, context.ParseResult.GetValue(broker), cancellationToken).ConfigureAwait(false);
                foreach (PartitionProducer producer in producers.Where(found => found.TransactionStartOffset is not null && (found.LastTimestampMs ?? 0) < writtenBeforeMs))
                {
                    if (await TransactionLookup.FindOwnerAsync(admin, producer.ProducerId, producer.Topic, producer.Partition, cancellationToken).ConfigureAwait(false) is null)
                        hanging.Add(producer);
                }
            }

            Write(context, hanging, nowMs);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static bool IsAtBroker(TopicMetadata topic, int index, int? brokerId) => brokerId is not { } id || topic.Find(index)!.Replicas.Contains(id);

    private static void Write(CommandContext context, List<PartitionProducer> hanging, long nowMs)
    {
        if (context.IsJson)
        {
            context.WriteJson([.. hanging.Select(found => ToDocument(found, nowMs))], CliJson.Default.HangingTransactionArray);
            return;
        }

        if (hanging.Count == 0)
        {
            context.Note("No transaction hangs.");
            return;
        }

        var table = new TextTable("Topic", ">Partition", ">Start offset", ">Producer", ">Epoch", ">Coordinator epoch", "Last written", ">Minutes ago");
        foreach (PartitionProducer found in hanging)
        {
            table.Add(
                found.Topic,
                Number(found.Partition),
                Number(found.TransactionStartOffset!.Value),
                Number(found.ProducerId),
                Number(found.ProducerEpoch),
                Amounts.OffsetOrDash(found.CoordinatorEpoch ?? -1),
                Amounts.Time(found.LastTimestampMs ?? -1),
                found.LastTimestampMs is { } writtenMs ? Amounts.Count((nowMs - writtenMs) / 60_000) : "-");
        }

        context.Write(table);
        PartitionProducer first = hanging[0];
        context.WriteLine($"To end the first of them: sluice transaction abort {first.Topic} --partition {Number(first.Partition)} --start-offset {Number(first.TransactionStartOffset!.Value)}");
    }

    private static Documents.HangingTransaction ToDocument(PartitionProducer found, long nowMs) => new(
        found.Topic,
        found.Partition,
        found.TransactionStartOffset!.Value,
        found.ProducerId,
        found.ProducerEpoch,
        found.CoordinatorEpoch,
        found.LastTimestampMs,
        found.LastTimestampMs is { } writtenMs ? nowMs - writtenMs : null);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
