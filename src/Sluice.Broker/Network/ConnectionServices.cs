using Microsoft.Extensions.Logging;
using Sluice.Broker.Configs;
using Sluice.Broker.Quotas;
using Sluice.Broker.Requests;
using Sluice.Broker.Security;
using Sluice.Broker.Security.Sasl;
using Sluice.Transfer;

namespace Sluice.Broker.Network;

/// <summary>What every connection needs from the broker around it.</summary>
internal sealed class ConnectionServices
{
    /// <summary>How long an unfinished request may wait for memory before its connection is given up.</summary>
    private static readonly TimeSpan MemoryWaitMax = TimeSpan.FromSeconds(10);

    /// <summary>An unfinished request that stood still this long may be given up so that others get its memory.</summary>
    private static readonly TimeSpan StalledAfter = TimeSpan.FromSeconds(1);

    public required RequestDispatcher Dispatcher { get; init; }
    public required ReceiveMemory ReceiveMemory { get; init; }
    public required ConnectionRegistry Registry { get; init; }
    public required ConnectionRates Rates { get; init; }
    public required TransferOptions TransferOptions { get; init; }
    public required TransferMetrics TransferMetrics { get; init; }
    public required ColdReadPool ColdReads { get; init; }
    public required SettingsSource Settings { get; init; }
    public required AccessControl Access { get; init; }
    public required SaslListeners Sasl { get; init; }
    public required BrokerMetrics Metrics { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILogger Logger { get; init; }

    /// <summary>Whether a receive goes on in the thread that waits for the sockets; then slow handlers leave it first.</summary>
    public required bool SocketsCompleteInline { get; init; }

    /// <summary>Whether large batches are received straight into the log where that can be done: <c>log.append=mapped</c>.</summary>
    public required bool ReceivesIntoLog { get; init; }

    /// <summary><c>socket.request.max.bytes</c>.</summary>
    public required int RequestBytesMax { get; init; }

    /// <summary><c>sluice.authentication.timeout.ms</c>: how long a client may take to become known.</summary>
    public required TimeSpan AuthenticationTimeout { get; init; }

    /// <summary>
    /// Called by a connection whose request does not fit under the ceiling of receive memory: gives up the connection
    /// whose client let its unfinished request stand still the longest, and waits until memory was returned. Where all of
    /// it is held by requests that wait for more of it, the longest waiting one is given up, and only that one.
    /// </summary>
    /// <exception cref="OperationCanceledException">The connection was itself given up, or waited too long.</exception>
    public async ValueTask MakeReceiveMemoryAsync(Connection waiting, CancellationToken cancellationToken)
    {
        Task released = ReceiveMemory.NextRelease();
        Connection? stalled = Registry.FindLongestStalled(StalledAfter);
        stalled?.Abort(CloseReason.ReceiveMemory);
        try
        {
            // A short step, so that connections which have stalled meanwhile are noticed without a release.
            await released.WaitAsync(StalledAfter, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            if (Time.GetElapsedTime(waiting.LastActiveTimestamp) < MemoryWaitMax || !Registry.IsLongestWaiting(waiting)) return;
            waiting.Abort(CloseReason.ReceiveMemory);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
