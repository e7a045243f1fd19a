using System.Buffers;
using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Sluice.Transfer.Readiness;

namespace Sluice.Transfer.Channels;

/// <summary>The send as a whole: who owns it, how it parks, who wakes it, how it ends.</summary>
/// <remarks>
/// <see cref="_gate"/> guards <see cref="_state"/> and <see cref="_isClosing"/>. Whoever takes the state from a parked one
/// to <see cref="State.Running"/> owns the send and queues it; everybody else leaves it alone. That one rule decides every
/// race of readiness, cancellation, stall timer and disposal.
/// </remarks>
internal sealed partial class PlaintextChannel<TKernel> : IValueTaskSource, IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _stallTimeout;
    private State _state;
    private volatile bool _isClosing;
    private TaskCompletionSource? _ended;

    private ManualResetValueTaskSourceCore<bool> _completion;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _cancellation;
    private bool _isSuspended;
    private bool _isStalled;
    private bool _holdsSocket;
    private int _pollerSlot = -1;
    private ITimer? _stallTimer;
    private long _parkedTimestamp;

    private enum State
    {
        /// <summary>No send is under way.</summary>
        Idle,

        /// <summary>A thread owns the send, or it is queued to the thread pool.</summary>
        Running,

        /// <summary>Parked until the poller says that the socket accepts bytes.</summary>
        AwaitingSocket,

        /// <summary>A send failed: the wire may hold part of a frame, and no further one is accepted.</summary>
        Broken,

        /// <summary>Disposed.</summary>
        Closed,
    }

    public override ValueTask DisposeAsync()
    {
        Task ended;
        lock (_gate)
        {
            if (_isClosing)
            {
                return _ended is null ? ValueTask.CompletedTask : new ValueTask(_ended.Task);
            }

            _isClosing = true;
            if (_state is State.Idle or State.Broken)
            {
                _state = State.Closed;
                LeavePoller();
                return ValueTask.CompletedTask;
            }

            _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ended = _ended.Task;
            WakeIfParked();
        }

        return new ValueTask(ended);
    }

    /// <summary>The poller's word that the socket accepts bytes, or failed.</summary>
    void IWritabilityWaiter.OnWritable()
    {
        lock (_gate)
        {
            WakeIfParked();
        }
    }

    /// <summary>Goes on with a send that was parked, on the thread pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Exception? failure = null;
        try
        {
            LetGoOfSocket();
            Step step = Pump();
            if (step != Step.Done)
            {
                Park(step);
                return;
            }
        }
        catch (Exception e)
        {
            failure = e;
        }

        if (failure is null)
        {
            End();
            _completion.SetResult(true);
        }
        else
        {
            failure = Fail(failure);
            _completion.SetException(failure);
        }
    }

    void IValueTaskSource.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private void Begin(ResponseFrame frame, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            if (_state != State.Idle)
            {
                throw new InvalidOperationException(_state == State.Broken
                    ? "An earlier send failed; the connection is to be closed."
                    : "A send is under way; await it before the next.");
            }

            frame.BeginSend();
            _state = State.Running;
        }

        _frame = frame;
        _segmentIndex = 0;
        _segmentDoneBytes = 0;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Turns a send that could not end on its caller's thread into a task.</summary>
    private ValueTask Suspend(Step step)
    {
        _completion.Reset();
        _isSuspended = true;
        ValueTask task = new(this, _completion.Version);
        _cancellation = _cancellationToken.UnsafeRegister(static channel => ((IWritabilityWaiter)channel!).OnWritable(), this);
        Park(step);

        // From here on the send may be anybody's, and may even be over.
        return task;
    }

    /// <summary>Gives the send up to whoever wakes it: nothing of it may be touched afterwards.</summary>
    /// <exception cref="OperationCanceledException">The send was cancelled meanwhile; it is still the caller's.</exception>
    /// <exception cref="TransferException">The channel was disposed meanwhile; the send is still the caller's.</exception>
    private void Park(Step step)
    {
        Debug.Assert(step == Step.SocketFull);
        _counters.Waits++;
        _metrics.Take(ref _counters);
        _parkedTimestamp = _time.GetTimestamp();

        // A descriptor that closes leaves its epoll set without a word; held, it stays open until the send was woken, and
        // closing the socket makes .NET disconnect it, which wakes the send.
        _handle.DangerousAddRef(ref _holdsSocket);
        lock (_gate)
        {
            // Checked under the lock: from here on a cancellation finds the send parked and wakes it.
            ThrowIfGivenUp();
            WritabilityPoller.Shared.Arm(this, _handle, ref _pollerSlot);
            SetStallTimer(_stallTimeout);
            _state = State.AwaitingSocket;
        }
    }

    /// <summary>Under the gate: takes a parked send and queues it; the pump finds out why it was woken.</summary>
    private void WakeIfParked()
    {
        if (_state == State.AwaitingSocket)
        {
            _state = State.Running;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void OnStallTimer()
    {
        lock (_gate)
        {
            // The timer of an earlier wait may come late; this wait has its own.
            if (_state == State.AwaitingSocket && _time.GetElapsedTime(_parkedTimestamp) >= _stallTimeout)
            {
                _isStalled = true;
                WakeIfParked();
            }
        }
    }

    private void SetStallTimer(TimeSpan due)
    {
        if (_stallTimeout != Timeout.InfiniteTimeSpan)
        {
            _stallTimer ??= CreateStallTimer();
            _stallTimer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private ITimer CreateStallTimer()
    {
        // The timer outlives the send that first needed it, and must not keep that send's context alive.
        using AsyncFlowControl flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        return _time.CreateTimer(
            static channel => ((PlaintextChannel<TKernel>)channel!).OnStallTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void ThrowIfGivenUp()
    {
        if (_isClosing)
        {
            throw Failures.ChannelClosed();
        }

        _cancellationToken.ThrowIfCancellationRequested();
        if (_isStalled)
        {
            throw Failures.Stalled(_stallTimeout);
        }
    }

    private void End() => Leave(State.Idle);

    /// <summary>Ends a send that failed, and the channel with it.</summary>
    /// <returns>What the caller of the send is told.</returns>
    private Exception Fail(Exception failure)
    {
        Leave(State.Broken);
        return failure is ObjectDisposedException closed ? Failures.SocketClosed(closed) : failure;
    }

    private void Leave(State state)
    {
        LetGoOfSocket();
        if (_isSuspended)
        {
            _isSuspended = false;
            _cancellation.Dispose();
            _cancellation = default;
            SetStallTimer(Timeout.InfiniteTimeSpan);
        }

        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
            _bufferStart = 0;
            _bufferEnd = 0;
        }

        _metrics.Take(ref _counters);
        _frame!.EndSend();
        _frame = null;
        _cancellationToken = default;
        lock (_gate)
        {
            _state = state;
            if (_isClosing)
            {
                _state = State.Closed;
                LeavePoller();
                _ended?.TrySetResult();
            }
        }
    }

    private void LetGoOfSocket()
    {
        if (_holdsSocket)
        {
            _holdsSocket = false;
            _handle.DangerousRelease();
        }
    }

    private void LeavePoller()
    {
        WritabilityPoller.Shared.Forget(_handle, ref _pollerSlot);
        _stallTimer?.Dispose();
    }
}
