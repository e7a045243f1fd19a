using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice transaction abort</c>.</summary>
internal static class TransactionAbortCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One();
        Option<int?> partition = NumberOption.Create("--partition", "P", "The partition", 0, int.MaxValue);
        partition.Required = true;
        Option<long?> startOffset = NumberOption.Create("--start-offset", "OFFSET", "First offset of the transaction, as find-hanging shows it", 0, long.MaxValue);
        Option<long?> producerId = NumberOption.Create("--producer-id", "ID", "Instead of --start-offset, together with the next two: for brokers that cannot describe producers", 0, long.MaxValue);
        Option<short?> producerEpoch = NumberOption.Create<short>("--producer-epoch", "EPOCH", "The producer's epoch", 0, short.MaxValue);
        Option<int?> coordinatorEpoch = NumberOption.Create("--coordinator-epoch", "EPOCH", "The coordinator's epoch", 0, int.MaxValue);
        var force = new Option<bool>("--force") { Description = "Also if a coordinator has the transaction: it may be committed in other partitions then" };
        var command = new SluiceCommand(
            "abort",
            "Abort a hanging transaction in one partition, past its coordinator. Find such transactions with: sluice transaction find-hanging. "
                + "For a transaction that its coordinator knows, see: sluice transaction terminate.",
            "sluice transaction abort orders --partition 0 --start-offset 4711",
            "sluice transaction abort orders --partition 0 --producer-id 1000 --producer-epoch 3 --coordinator-epoch 0")
        {
            name, partition, startOffset, producerId, producerEpoch, coordinatorEpoch, force,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            long? start = context.ParseResult.GetValue(startOffset);
            long? id = context.ParseResult.GetValue(producerId);
            if (start is null == id is null) throw CommandException.Usage("say which transaction: either --start-offset, or --producer-id with --producer-epoch and --coordinator-epoch");
            short? epoch = context.ParseResult.GetValue(producerEpoch);
            int? coordinator = context.ParseResult.GetValue(coordinatorEpoch);
            if (id is not null && epoch is null) throw CommandException.Usage("--producer-id needs --producer-epoch");
            if (id is not null && coordinator is null) throw CommandException.Usage("--producer-id needs --coordinator-epoch");
            if (id is null && (epoch ?? coordinator) is not null) throw CommandException.Usage("--producer-epoch and --coordinator-epoch belong to --producer-id; --start-offset needs neither");

            TopicMetadata topic = await TopicLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(name), cancellationToken).ConfigureAwait(false);
            int index = TopicLookup.Partitions(topic, [context.ParseResult.GetValue(partition) ?? 0])[0];
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            Documents.AbortedTransaction transaction = start is { } offset
                ? await FindAsync(admin, topic.Name, index, offset, cancellationToken).ConfigureAwait(false)
                : new Documents.AbortedTransaction(topic.Name, index, null, id!.Value, epoch!.Value, coordinator!.Value);
            if (!context.ParseResult.GetValue(force)) await RequireHangingAsync(admin, transaction, cancellationToken).ConfigureAwait(false);
            await AbortAsync(admin, transaction, cancellationToken).ConfigureAwait(false);
            if (context.IsJson) context.WriteJson(transaction, CliJson.Default.AbortedTransaction);
            else context.WriteLine($"Aborted the transaction of producer {Number(transaction.ProducerId)} (epoch {Number(transaction.ProducerEpoch)}) in {topic.Name}-{Number(index)}.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<Documents.AbortedTransaction> FindAsync(AdminClient admin, string topic, int partition, long startOffset, CancellationToken cancellationToken)
    {
        IReadOnlyList<PartitionProducer> producers = await admin.DescribeProducersAsync(topic, [partition], cancellationToken: cancellationToken).ConfigureAwait(false);
        PartitionProducer found = producers.FirstOrDefault(producer => producer.TransactionStartOffset == startOffset)
            ?? throw new CommandException(
                $"no transaction that is open in {topic}-{partition} starts at offset {startOffset}. See those that are with: sluice transaction describe-producers {topic} --partition {partition}");

        // Where no coordinator has ended a transaction of the producer yet, any epoch will do.
        return new Documents.AbortedTransaction(topic, partition, startOffset, found.ProducerId, (short)found.ProducerEpoch, found.CoordinatorEpoch ?? 0);
    }

    private static async Task RequireHangingAsync(AdminClient admin, Documents.AbortedTransaction transaction, CancellationToken cancellationToken)
    {
        TransactionDescription? owner;
        try
        {
            owner = await TransactionLookup.FindOwnerAsync(admin, transaction.ProducerId, transaction.Topic, transaction.Partition, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.Error == ErrorCode.UnsupportedVersion)
        {
            return; // A broker that cannot list transactions: whoever gives the epochs knows what it is about.
        }

        if (owner is null) return;
        throw new CommandException(
            $"this transaction does not hang: its coordinator has it as {owner.State} for transactional id '{owner.TransactionalId}', and will end it in all its partitions alike. "
            + $"To abort it now: sluice transaction terminate {owner.TransactionalId}. To abort it in this partition all the same: --force");
    }

    private static async Task AbortAsync(AdminClient admin, Documents.AbortedTransaction transaction, CancellationToken cancellationToken)
    {
        string partition = $"{transaction.Topic}-{transaction.Partition}";
        try
        {
            await admin.AbortTransactionAsync(
                transaction.Topic, transaction.Partition, transaction.ProducerId, transaction.ProducerEpoch, transaction.CoordinatorEpoch, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.Error == ErrorCode.InvalidProducerEpoch)
        {
            throw new CommandException($"producer {transaction.ProducerId} has written to {partition} with a larger epoch than {transaction.ProducerEpoch}; look again with: sluice transaction describe-producers {transaction.Topic}");
        }
        catch (KafkaException exception) when (exception.Error == ErrorCode.TransactionCoordinatorFenced)
        {
            throw new CommandException($"{partition} has heard of a newer coordinator than one of epoch {transaction.CoordinatorEpoch}; look again with: sluice transaction describe-producers {transaction.Topic}");
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
