using Sluice.Protocol;

namespace Sluice.Client;

/// <summary>Repeats a request while the answer says that it may succeed later.</summary>
internal static class Retrying
{
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(1);

    /// <summary>Runs <paramref name="attempt"/> until it succeeds, fails for good, or <see cref="KafkaClientOptions.RetryTimeout"/> has passed.</summary>
    /// <param name="options">Pauses and clock.</param>
    /// <param name="attempt">Looks up anew whatever may have been out of date.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">The last failure.</exception>
    internal static async Task<T> RunAsync<T>(
        KafkaClientOptions options,
        Func<CancellationToken, Task<T>> attempt,
        CancellationToken cancellationToken)
    {
        long start = options.TimeProvider.GetTimestamp();
        TimeSpan backoff = options.RetryBackoff;
        while (true)
        {
            try
            {
                return await attempt(cancellationToken).ConfigureAwait(false);
            }
            catch (KafkaException exception)
                when (IsWorthRepeating(exception) && options.TimeProvider.GetElapsedTime(start) + backoff < options.RetryTimeout)
            {
                await Task.Delay(backoff, options.TimeProvider, cancellationToken).ConfigureAwait(false);
                backoff = Next(backoff);
            }
        }
    }

    /// <summary>The pause after <paramref name="backoff"/>.</summary>
    internal static TimeSpan Next(TimeSpan backoff) => backoff + backoff < BackoffMax ? backoff + backoff : BackoffMax;

    // Where no connection can be opened, waiting does not help whoever sits in front of it; a request that timed out has waited enough.
    private static bool IsWorthRepeating(KafkaException exception) =>
        exception.IsRetriable && exception.UnreachableEndpoint is null && exception.Error != ErrorCode.RequestTimedOut;
}
