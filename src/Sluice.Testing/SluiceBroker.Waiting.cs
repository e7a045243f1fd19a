using System.Globalization;
using Sluice.Client;

namespace Sluice.Testing;

// Waits of the test, and what is said when nothing ends them: most of all when the broker's clock stands still.
public sealed partial class SluiceBroker
{
    private static readonly TimeSpan LookAtClockInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits for a call of the program under test, such as a client's <c>ProduceAsync</c>, and says what the broker was doing if it does not end.</summary>
    /// <param name="call">What is waited for. It goes on when the wait is given up.</param>
    /// <param name="timeout">In real time, whatever the broker's clock does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">It has not ended; the message shows the latest requests, and those that wait for a clock that stands still.</exception>
    public async Task WaitAsync(Task call, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ThrowIfDisposed();
        Waiting waiting = new(Time, Requests, timeout);
        try
        {
            await call.WaitAsync(timeout, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            throw waiting.Fail("what the test waits for has not ended");
        }
    }

    /// <inheritdoc cref="WaitAsync(Task, TimeSpan, CancellationToken)"/>
    /// <returns>The call's result.</returns>
    public async Task<T> WaitAsync<T>(Task<T> call, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await WaitAsync((Task)call, timeout, cancellationToken).ConfigureAwait(false);
        return await call.ConfigureAwait(false);
    }

    /// <summary>Throws if a client's request can only be waiting for the broker's clock, which has not moved since it came, three seconds ago or more.</summary>
    /// <remarks>For loops and assertions of the test's own, and for its end. A consumer that waits for records is not meant: they come without the clock.</remarks>
    /// <exception cref="SluiceBrokerException">There is one; the message shows each, and says what to do.</exception>
    public void ThrowIfClockStandsStill()
    {
        ThrowIfDisposed();
        string[] waiting = [.. _clockWatch.FindWaiting().Select(ClockWatch.Describe)];
        if (waiting.Length > 0) throw new SluiceBrokerException(string.Join('\n', waiting));
    }

    /// <summary>Asks the running broker something as the test kit's own client.</summary>
    /// <param name="question">Asks; ends soon once its token is cancelled.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SluiceBrokerException">The answer waits for a clock that stands still.</exception>
    internal async Task<T> AskAsync<T>(Func<KafkaCluster, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        if (Time == TimeProvider.System) return await AskNowAsync(question, cancellationToken).ConfigureAwait(false);

        using CancellationTokenSource giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<T> answer = AskNowAsync(question, giveUp.Token);
        DateTimeOffset clock = Time.GetUtcNow();
        long since = TimeProvider.System.GetTimestamp();
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(LookAtClockInterval, TimeProvider.System, CancellationToken.None)).ConfigureAwait(false);
            TimeSpan stoodStill = TimeProvider.System.GetElapsedTime(since);
            if (Time.GetUtcNow() != clock)
            {
                clock = Time.GetUtcNow();
                since = TimeProvider.System.GetTimestamp();
            }
            else if (stoodStill >= _options.GivesUpAfter && !answer.IsCompleted)
            {
                await giveUp.CancelAsync().ConfigureAwait(false);
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new SluiceBrokerException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The broker has not answered the test itself for {stoodStill.TotalSeconds:F0} s of real time, while its clock stood still: a slow disk, or a limit on connections, is waiting for that clock. Move it (Advance) while this call runs, or leave {nameof(SluiceBrokerOptions.WithTimeProvider)} out."));
            }
        }
        return await answer.ConfigureAwait(false);
    }

    private async Task<T> AskNowAsync<T>(Func<KafkaCluster, CancellationToken, Task<T>> question, CancellationToken cancellationToken) =>
        await question(await ClusterAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
}
