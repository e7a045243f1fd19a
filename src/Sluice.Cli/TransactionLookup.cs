using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli;

/// <summary>Finds transactional ids, and suggests one where there is none of that name.</summary>
internal static class TransactionLookup
{
    /// <summary>States as brokers spell them.</summary>
    internal static readonly IReadOnlyList<string> States =
        ["Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "PrepareEpochFence", "Dead"];

    internal static Argument<string> Argument() => new("TRANSACTIONAL-ID") { Description = "Transactional id: what the producer was given as transactional.id" };

    /// <summary>Whether the coordinator will end a transaction that is in this state.</summary>
    internal static bool IsOpen(string state) => state is "Ongoing" or "PrepareCommit" or "PrepareAbort" or "PrepareEpochFence";

    /// <summary>The transactional id as it is now.</summary>
    /// <exception cref="CommandException">There is none; the message names a similar one if there is.</exception>
    internal static async Task<TransactionDescription> RequireAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        if (id.Length == 0) throw CommandException.Usage("a transactional id is not empty");
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        if (await admin.DescribeTransactionAsync(id, cancellationToken).ConfigureAwait(false) is { } found) return found;
        IReadOnlyList<TransactionListing> all = await admin.ListTransactionsAsync(new TransactionQuery(), cancellationToken).ConfigureAwait(false);
        string? near = NearMiss.Find(id, all.Select(transaction => transaction.TransactionalId));
        throw new CommandException(near is null
            ? $"no coordinator knows a transactional id '{id}'. See what there is with: sluice transaction list"
            : $"no coordinator knows a transactional id '{id}'. Did you mean '{near}'?");
    }

    /// <summary>The transaction of a coordinator that a partition is in, so that it will end there by itself.</summary>
    /// <param name="admin">Who is asked.</param>
    /// <param name="producerId">The producer whose transaction is open in the partition.</param>
    /// <param name="topic">Topic of the partition.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null = no coordinator will end it: it hangs.</returns>
    internal static async Task<TransactionDescription?> FindOwnerAsync(AdminClient admin, long producerId, string topic, int partition, CancellationToken cancellationToken)
    {
        foreach (TransactionListing listed in await admin.ListTransactionsAsync(new TransactionQuery { ProducerIds = [producerId] }, cancellationToken).ConfigureAwait(false))
        {
            TransactionDescription? found = await admin.DescribeTransactionAsync(listed.TransactionalId, cancellationToken).ConfigureAwait(false);
            if (found is not null && IsOpen(found.State) && found.ProducerId == producerId && found.Partitions.Contains((topic, partition))) return found;
        }

        return null;
    }
}
