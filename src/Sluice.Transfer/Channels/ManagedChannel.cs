using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Sluice.Transfer.Channels;

/// <summary>What the channels that send through .NET's own asynchronous calls have in common: life cycle and deadlines.</summary>
/// <remarks>
/// Cancelling, disposing and stalling all end the channel, so one token source per channel serves them all: a send allocates
/// none. <see cref="_gate"/> guards the state; the rest belongs to the send.
/// </remarks>
internal abstract class ManagedChannel : TransferChannel
{
    private readonly Lock _gate = new();
    private readonly TransferMetrics _metrics;
    private readonly TimeSpan _stallTimeout;
    private readonly ITimer _stallTimer;
    private readonly CancellationTokenSource _abort = new();
    private TransferCounters _counters;
    private ResponseFrame? _frame;
    private TaskCompletionSource? _ended;
    private bool _isStallTimerSet;
    private volatile bool _isStalled;
    private bool _isClosing;
    private bool _isSending;
    private bool _isBroken;

    protected ManagedChannel(TransferOptions options, TransferMetrics metrics, TimeProvider time)
    {
        _metrics = metrics;
        _stallTimeout = options.StallTimeout;
        using AsyncFlowControl flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _stallTimer = time.CreateTimer(
            static channel => ((ManagedChannel)channel!).OnStalled(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Counts of the send under way.</summary>
    protected ref TransferCounters Counters => ref _counters;

    public override ValueTask SendAsync(ResponseFrame frame, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            if (_isSending || _isBroken)
            {
                throw _isBroken ? Failures.Broken() : Failures.Busy();
            }

            frame.BeginSend();
            _isSending = true;
            _frame = frame;
        }

        return RunAsync(frame, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        Task aborted = Task.CompletedTask;
        Task ended = Task.CompletedTask;
        lock (_gate)
        {
            _isClosing = true;
            if (_isSending)
            {
                // Runs no callback here: they are queued.
                aborted = _abort.CancelAsync();
                _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                ended = _ended.Task;
            }
        }

        await aborted.ConfigureAwait(false);
        await ended.ConfigureAwait(false);

        await _stallTimer.DisposeAsync().ConfigureAwait(false);
        _abort.Dispose();
    }

    /// <summary>Puts the frame on the wire, and counts it in <see cref="Counters"/>.</summary>
    protected abstract ValueTask SendFrameAsync(ResponseFrame frame, CancellationToken abort);

    /// <summary>Notes bytes of the frame that the peer's side of the connection has taken.</summary>
    protected void NoteSent(long bytesCount) => _frame!.NoteSent(bytesCount);

    /// <summary>Awaits one call that hands bytes over, under the stall deadline.</summary>
    protected async ValueTask AwaitPeerAsync(ValueTask sent)
    {
        StartStallTimer(sent.IsCompleted);
        try
        {
            await sent.ConfigureAwait(false);
        }
        finally
        {
            StopStallTimer();
        }
    }

    /// <summary>Awaits one call that hands bytes over and counts them, under the stall deadline.</summary>
    protected async ValueTask<int> AwaitPeerAsync(ValueTask<int> sent)
    {
        StartStallTimer(sent.IsCompleted);
        try
        {
            return await sent.ConfigureAwait(false);
        }
        finally
        {
            StopStallTimer();
        }
    }

    private async ValueTask RunAsync(ResponseFrame frame, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? failure = null;
        CancellationTokenRegistration cancellation = cancellationToken.UnsafeRegister(
            static channel => ((ManagedChannel)channel!)._abort.Cancel(), this);
        try
        {
            await SendFrameAsync(frame, _abort.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(Explain(e, cancellationToken));
        }

        await cancellation.DisposeAsync().ConfigureAwait(false);
        HandOverCounters();
        frame.EndSend();
        lock (_gate)
        {
            _isSending = false;
            _frame = null;
            _isBroken = failure is not null;
            _ended?.TrySetResult();
        }

        failure?.Throw();
    }

    /// <summary>What the caller is told: why the send was given up, if it was; else what the call that failed means.</summary>
    private Exception Explain(Exception failure, CancellationToken cancellationToken)
    {
        if (failure is TransferException)
        {
            return failure;
        }

        if (_abort.IsCancellationRequested)
        {
            return cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken)
                : _isStalled ? Failures.Stalled(_stallTimeout)
                : Failures.ChannelClosed();
        }

        return failure switch
        {
            ObjectDisposedException closed => Failures.SocketClosed(closed),
            SocketException error => Failures.FromSocketError(error),
            IOException { InnerException: SocketException error } => Failures.FromSocketError(error),
            _ => failure,
        };
    }

    private void OnStalled()
    {
        _isStalled = true;
        _abort.Cancel();
    }

    private void StartStallTimer(bool isCompleted)
    {
        if (isCompleted)
        {
            return;
        }

        Counters.Waits++;
        HandOverCounters();
        if (_stallTimeout != Timeout.InfiniteTimeSpan)
        {
            _isStallTimerSet = true;
            _stallTimer.Change(_stallTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void HandOverCounters()
    {
        _frame!.NoteCounters(_counters);
        _metrics.Take(ref _counters);
    }

    private void StopStallTimer()
    {
        if (_isStallTimerSet)
        {
            _isStallTimerSet = false;
            _stallTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
