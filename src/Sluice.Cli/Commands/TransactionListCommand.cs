using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice transaction list</c>.</summary>
internal static class TransactionListCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var state = new Option<string[]>("--state")
        {
            Description = $"Only ids in this state; repeatable. The states: {string.Join(", ", TransactionLookup.States)}",
            HelpName = "STATE",
        };
        Option<long?> producerId = NumberOption.Create("--producer-id", "ID", "Only the ids of this producer", 0, long.MaxValue);
        Option<long?> longerThanMs = NumberOption.Create("--longer-than-ms", "MS", "Only ids whose transaction has been open for longer than this", 0, long.MaxValue);
        var pattern = new Option<string?>("--pattern") { Description = "Only ids that this regular expression matches from end to end", HelpName = "REGEX" };
        var command = new SluiceCommand(
            "list",
            "List transactional ids: who has them, and what their last transaction came to.",
            "sluice transaction list",
            "sluice transaction list --state Ongoing --longer-than-ms 60000",
            "sluice transaction list --pattern 'billing-.*'")
        {
            state, producerId, longerThanMs, pattern,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            var query = new TransactionQuery
            {
                States = [.. (context.ParseResult.GetValue(state) ?? []).Select(ToState).Distinct()],
                ProducerIds = context.ParseResult.GetValue(producerId) is { } id ? [id] : [],
                LongerThanMs = context.ParseResult.GetValue(longerThanMs),
                IdPattern = context.ParseResult.GetValue(pattern),
            };
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<TransactionListing> transactions = await ListAsync(admin, query, cancellationToken).ConfigureAwait(false);

            // To brokers a transaction that is not open has been so for ever.
            if (query.LongerThanMs is not null) transactions = [.. transactions.Where(found => TransactionLookup.IsOpen(found.State))];
            bool isAll = query is { States.Count: 0, ProducerIds.Count: 0, LongerThanMs: null, IdPattern: null };
            Write(context, transactions, isAll);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<IReadOnlyList<TransactionListing>> ListAsync(AdminClient admin, TransactionQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await admin.ListTransactionsAsync(query, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException exception) when (exception.Error == ErrorCode.InvalidRegularExpression)
        {
            throw CommandException.Usage($"--pattern wants a regular expression, without look-around and back references; it is '{query.IdPattern}'");
        }
    }

    private static string ToState(string typed)
    {
        if (TransactionLookup.States.FirstOrDefault(state => state.Equals(typed, StringComparison.OrdinalIgnoreCase)) is { } known) return known;
        string? near = NearMiss.Find(typed, TransactionLookup.States);
        throw CommandException.Usage(near is null
            ? $"there is no state '{typed}'; there are {string.Join(", ", TransactionLookup.States)}"
            : $"there is no state '{typed}'. Did you mean '{near}'?");
    }

    private static void Write(CommandContext context, IReadOnlyList<TransactionListing> transactions, bool isAll)
    {
        if (context.IsJson)
        {
            Documents.TransactionSummary[] document =
                [.. transactions.Select(found => new Documents.TransactionSummary(found.TransactionalId, found.ProducerId, found.State, found.CoordinatorId))];
            context.WriteJson(document, CliJson.Default.TransactionSummaryArray);
            return;
        }

        if (transactions.Count == 0)
        {
            context.Note(isAll ? "There are no transactional ids. One is made when the first producer starts with it." : "No transactional id is like that.");
            return;
        }

        var table = new TextTable("Transactional id", "State", ">Producer", ">Coordinator");
        foreach (TransactionListing found in transactions)
        {
            table.Add(
                found.TransactionalId,
                found.State,
                found.ProducerId.ToString(CultureInfo.InvariantCulture),
                found.CoordinatorId.ToString(CultureInfo.InvariantCulture));
        }

        context.Write(table);
    }
}
