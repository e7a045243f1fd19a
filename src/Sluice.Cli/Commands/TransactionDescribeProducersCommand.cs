using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice transaction describe-producers</c>.</summary>
internal static class TransactionDescribeProducersCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<IReadOnlyList<int>> partitions = NumberOption.CreateList("--partition", "P", "Only these partitions; repeatable, or separated by commas");
        Option<int?> broker = NumberOption.Create("--broker", "ID", "Ask this replica instead of the leaders", 0, int.MaxValue);
        var command = new SluiceCommand(
            "describe-producers",
            "Show the producers that partitions remember: idempotent and transactional ones, and whose transaction is open since which offset. "
                + "Consumers that read committed records wait at the first open transaction.",
            "sluice transaction describe-producers orders",
            "sluice transaction describe-producers orders --partition 0")
        {
            name, partitions, broker,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            TopicMetadata topic = await TopicLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<int> indexes = TopicLookup.Partitions(topic, context.ParseResult.GetValue(partitions));
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<PartitionProducer> producers = await admin
                .DescribeProducersAsync(topic.Name, indexes, context.ParseResult.GetValue(broker), cancellationToken).ConfigureAwait(false);
            Write(context, topic.Name, producers);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CommandContext context, string topic, IReadOnlyList<PartitionProducer> producers)
    {
        if (context.IsJson)
        {
            context.WriteJson([.. producers.Select(ToDocument)], CliJson.Default.ProducerStateArray);
            return;
        }

        if (producers.Count == 0)
        {
            context.Note($"No idempotent or transactional producer has written to topic {topic} lately.");
            return;
        }

        var table = new TextTable(">Partition", ">Producer", ">Epoch", ">Last sequence", "Last written", ">Coordinator epoch", ">Open since offset");
        foreach (PartitionProducer producer in producers)
        {
            table.Add(
                Number(producer.Partition),
                Number(producer.ProducerId),
                Number(producer.ProducerEpoch),
                Amounts.OffsetOrDash(producer.LastSequence ?? -1),
                Amounts.Time(producer.LastTimestampMs ?? -1),
                Amounts.OffsetOrDash(producer.CoordinatorEpoch ?? -1),
                Amounts.OffsetOrDash(producer.TransactionStartOffset ?? -1));
        }

        context.Write(table);
    }

    private static Documents.ProducerState ToDocument(PartitionProducer producer) => new(
        producer.Topic,
        producer.Partition,
        producer.ProducerId,
        producer.ProducerEpoch,
        producer.LastSequence,
        producer.LastTimestampMs,
        producer.CoordinatorEpoch,
        producer.TransactionStartOffset);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
