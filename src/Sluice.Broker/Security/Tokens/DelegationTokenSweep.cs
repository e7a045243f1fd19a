using Microsoft.Extensions.Logging;

namespace Sluice.Broker.Security.Tokens;

/// <summary>Removes expired delegation tokens every <c>delegation.token.expiry.check.interval.ms</c>.</summary>
/// <remarks>Runs from its making to its disposal. Nothing depends on it but the room that they take: an expired token is refused by its time.</remarks>
internal sealed class DelegationTokenSweep : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public DelegationTokenSweep(DelegationTokens tokens, TimeProvider time, ILogger logger) =>
        _running = tokens.Secrets is null ? Task.CompletedTask : RunAsync(tokens, time, logger, _stopping.Token);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    // Ends with the token.
    private static async Task RunAsync(DelegationTokens tokens, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(tokens.CheckInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    int count = await tokens.SweepAsync(cancellationToken).ConfigureAwait(false);
                    if (count > 0) BrokerLog.DelegationTokensExpired(logger, count);
                }
                catch (IOException failure)
                {
                    BrokerLog.DelegationTokensNotSwept(logger, failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }
}
