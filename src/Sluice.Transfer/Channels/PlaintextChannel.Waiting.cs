using System.Buffers;
using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Readiness;
using Sluice.Transfer.Residency;

namespace Sluice.Transfer.Channels;

/// <summary>The send as a whole: who owns it, how it parks, who wakes it, how it ends.</summary>
/// <remarks>
/// <see cref="_gate"/> guards <see cref="_state"/> and <see cref="_isClosing"/>. Whoever takes the state from a parked one
/// to <see cref="State.Running"/> owns the send, and goes on with it or queues it; everybody else leaves it alone. That one
/// rule decides every race of readiness, cancellation, stall timer and disposal.
/// </remarks>
internal sealed partial class PlaintextChannel<TKernel> : IReadinessWaiter, IColdChunkOwner, IValueTaskSource, IThreadPoolWorkItem
{
    /// <summary>After a wait of this length what was in memory may no longer be, and is asked about again.</summary>
    private static readonly TimeSpan s_residencyTrusted = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _stallTimeout;
    private readonly bool _continuesInline;
    private State _state;
    private volatile bool _isClosing;
    private TaskCompletionSource? _ended;

    private ManualResetValueTaskSourceCore<bool> _completion;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _cancellation;
    private bool _isSuspended;
    private bool _isStalled;
    private bool _isColdChunkDone;
    private bool _holdsSocket;
    private ReadinessPoller? _poller;
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

        /// <summary>Parked until an I/O thread is done with <see cref="_cold"/>.</summary>
        AwaitingDisk,

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
            WakeToGiveUp();
        }

        return new ValueTask(ended);
    }

    /// <summary>The poller's word that the socket accepts bytes, or failed: the send goes on here and now.</summary>
    void IReadinessWaiter.OnReady()
    {
        lock (_gate)
        {
            if (_state != State.AwaitingSocket)
            {
                return;
            }

            _state = State.Running;
        }

        Resume(completesInline: _continuesInline);
    }

    /// <summary>An I/O thread's word that it is done with the chunk.</summary>
    void IColdChunkOwner.OnColdChunkDone()
    {
        lock (_gate)
        {
            if (_state == State.AwaitingDisk)
            {
                _isColdChunkDone = true;
                Wake();
            }
        }
    }

    /// <summary>Goes on with a send that was parked, on the thread pool.</summary>
    void IThreadPoolWorkItem.Execute() => Resume(completesInline: true);

    /// <summary>Goes on with a send that was parked, until it ends or parks again.</summary>
    /// <param name="completesInline">Whether whoever awaits the send may run on this thread.</param>
    private void Resume(bool completesInline)
    {
        Exception? failure = null;
        try
        {
            Step step = GoOn();
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

        _completion.RunContinuationsAsynchronously = !completesInline;
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

    private Step GoOn()
    {
        LetGoOfSocket();
        Step step = Step.Continue;
        if (_isColdChunkDone)
        {
            _isColdChunkDone = false;
            step = AfterIoThread(_cold!);
        }
        else if (_time.GetElapsedTime(_parkedTimestamp) > s_residencyTrusted)
        {
            _residentUntilBytes = 0;
        }

        return step == Step.Continue ? Pump() : step;
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
                throw _state == State.Broken ? Failures.Broken() : Failures.Busy();
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
        _cancellation = _cancellationToken.UnsafeRegister(static channel => ((PlaintextChannel<TKernel>)channel!).OnCancelled(), this);
        Park(step);

        // From here on the send may be anybody's, and may even be over.
        return task;
    }

    /// <summary>Gives the send up to whoever wakes it: nothing of it may be touched afterwards.</summary>
    /// <exception cref="OperationCanceledException">The send was cancelled meanwhile; it is still the caller's.</exception>
    /// <exception cref="TransferException">The channel was disposed meanwhile; the send is still the caller's.</exception>
    private void Park(Step step)
    {
        if (step == Step.Cold)
        {
            HandOverCounters();
            ParkUntilRead(_cold!);
        }
        else
        {
            if (step == Step.SocketFull)
            {
                _counters.Waits++;
            }

            HandOverCounters();
            ParkUntilWritable();
        }
    }

    private void ParkUntilWritable()
    {
        _parkedTimestamp = _time.GetTimestamp();

        // A descriptor that closes leaves its epoll set without a word; held, it stays open until the send was woken, and
        // closing the socket makes .NET disconnect it, which wakes the send.
        _handle.DangerousAddRef(ref _holdsSocket);
        lock (_gate)
        {
            // Checked under the lock: from here on a cancellation finds the send parked and wakes it.
            ThrowIfGivenUp();
            _poller ??= ReadinessPoller.Take();
            _poller.Arm(this, _handle, ref _pollerSlot, LibC.EPOLLOUT);
            SetStallTimer(_stallTimeout);
            _state = State.AwaitingSocket;
        }
    }

    private void ParkUntilRead(ColdTransfer<TKernel> chunk)
    {
        lock (_gate)
        {
            if (_isClosing || _cancellationToken.IsCancellationRequested)
            {
                chunk.ReleaseFile();
                ThrowIfGivenUp();
            }

            _state = State.AwaitingDisk;
            _coldReads.Enqueue(chunk);
        }
    }

    /// <summary>Under the gate: queues a parked send, which becomes the thread pool's.</summary>
    private void Wake()
    {
        _state = State.Running;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Under the gate: wakes a parked send that is to end; one that is not parked finds out by itself.</summary>
    private void WakeToGiveUp()
    {
        if (_state == State.AwaitingSocket)
        {
            Wake();
        }
        else if (_state == State.AwaitingDisk)
        {
            if (_coldReads.TryRemove(_cold!))
            {
                // Not the last reference, whose release would run foreign code under the gate: the frame has its own.
                _cold!.ReleaseFile();
            }
            else
            {
                // A disk may take long, and the caller is not to wait for it. The chunk, and a buffer that it may still
                // be filling, stay with the I/O thread; the channel has seen the last of both.
                _cold!.Abandon();
                _buffer = null;
            }

            Wake();
        }
    }

    private void OnCancelled()
    {
        lock (_gate)
        {
            WakeToGiveUp();
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
                Wake();
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

        HandOverCounters();
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

    private void HandOverCounters()
    {
        _frame!.NoteCounters(_counters);
        _metrics.Take(ref _counters);
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
        _poller?.Forget(_handle, ref _pollerSlot);
        _stallTimer?.Dispose();
    }
}
