using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice transaction terminate</c>.</summary>
internal static class TransactionTerminateCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> id = TransactionLookup.Argument();
        var command = new SluiceCommand(
            "terminate",
            "Abort the transaction of a transactional id, in all its partitions, and fence its producer: a producer that still runs fails at its next write. "
                + "A transaction that is being committed already is committed.",
            "sluice transaction terminate billing-1")
        {
            id,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            TransactionDescription before = await TransactionLookup
                .RequireAsync(context, context.ParseResult.GetRequiredValue(id), cancellationToken).ConfigureAwait(false);
            AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
            await admin.FenceProducerAsync(before.TransactionalId, cancellationToken).ConfigureAwait(false);
            if (context.IsJson) context.WriteJson(new Documents.TerminatedTransaction(before.TransactionalId, before.State), CliJson.Default.TerminatedTransaction);
            else context.WriteLine($"{before.TransactionalId} was {before.State}; its transaction is ended, and its producer is fenced.");
            return ExitCodes.Ok;
        });
        return command;
    }
}
