using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading.Tasks.Sources;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Readiness;

namespace Sluice.Transfer;

/// <summary>What a socket has received and nobody has taken yet: taken without a wait, and waited for until there is enough of it.</summary>
/// <remarks>
/// <para>
/// .NET's own receive wakes its caller for every packet. A wait here ends once, when as many bytes are there as were asked for (SO_RCVLOWAT), so
/// that they can then be received in one go, straight to where they are to stay.
/// </para>
/// <para>Linux only. For one reader of the socket, which has no receive of .NET's under way; the socket must outlive every call.</para>
/// </remarks>
public sealed class ArrivedBytes : IReadinessWaiter, IValueTaskSource<bool>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SafeHandle _handle;
    private readonly TimeProvider _time;
    private ManualResetValueTaskSourceCore<bool> _completion = new() { RunContinuationsAsynchronously = true };
    private ReadinessPoller? _poller;
    private ITimer? _timer;
    private int _pollerSlot = -1;
    private bool _isWaiting;
    private bool _isDisposed;

    /// <summary>Begins with nothing under way.</summary>
    /// <param name="socket">Connected; the caller's, and open until <see cref="Dispose"/>.</param>
    /// <param name="time">The clock that bounds a wait.</param>
    /// <exception cref="PlatformNotSupportedException">Not <see cref="IsSupported"/>.</exception>
    public ArrivedBytes(Socket socket, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(time);
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("Receiving what has arrived needs 64-bit Linux.");
        }

        _handle = socket.SafeHandle;
        _time = time;
    }

    /// <summary>Whether this system has what it takes.</summary>
    public static bool IsSupported => LibC.IsSupported;

    /// <summary>Receives what is there, and waits for nothing.</summary>
    /// <param name="destination">Filled from its beginning.</param>
    /// <returns>
    /// Bytes received, fewer than wanted if no more have arrived. A connection that ended or failed shows as too few; the next ordinary receive
    /// tells which.
    /// </returns>
    public unsafe int Take(Span<byte> destination)
    {
        // Only there can it be constructed; the compiler's analyzers do not know, and the test costs nothing: its outcome is a constant by then.
        if (!LibC.IsSupported)
        {
            return 0;
        }

        int takenBytes = 0;
        fixed (byte* to = destination)
        {
            while (takenBytes < destination.Length)
            {
                nint received = LibC.recv(_handle, to + takenBytes, (nuint)(destination.Length - takenBytes), LibC.MSG_DONTWAIT);
                if (received > 0)
                {
                    takenBytes += (int)received;
                }
                else if (received == 0 || Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    break;
                }
            }
        }

        return takenBytes;
    }

    /// <summary>Waits until a number of bytes has arrived.</summary>
    /// <param name="bytes">1 or more. The kernel holds back at most about half of what it lets one socket have (net.ipv4.tcp_rmem).</param>
    /// <param name="longest">When to give up.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <returns>
    /// False if it was given up for time. True is a hint, as the wait also ends when the connection does, or when the kernel has no room for more.
    /// </returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(int bytes, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (!LibC.IsSupported)
        {
            return false;
        }

        SetLowWaterMark(bytes);
        try
        {
            ValueTask<bool> wait = Begin(longest);
            using (cancellationToken.UnsafeRegister(static waiter => ((ArrivedBytes)waiter!).End(arrived: false), this))
            {
                bool arrived = await wait.ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                return arrived;
            }
        }
        finally
        {
            // Every other receive is to be woken by the first byte.
            SetLowWaterMark(1);
        }
    }

    /// <summary>Leaves the poller. No call may be under way.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        if (LibC.IsSupported)
        {
            _poller?.Forget(_handle, ref _pollerSlot);
        }

        _timer?.Dispose();
    }

    /// <summary>The poller's word: enough bytes are there, or the connection has ended.</summary>
    [SuppressMessage("Design", "CA1033:Interface methods should be callable by child types", Justification = "The type is sealed.")]
    void IReadinessWaiter.OnReady() => End(arrived: true);

    bool IValueTaskSource<bool>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    [SupportedOSPlatform("linux")]
    private ValueTask<bool> Begin(TimeSpan longest)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _completion.Reset();
            _isWaiting = true;
            _poller ??= ReadinessPoller.Take();
            _poller.Arm(this, _handle, ref _pollerSlot, LibC.EPOLLIN);
            _timer ??= CreateTimer();
            _timer.Change(longest, Timeout.InfiniteTimeSpan);
            return new ValueTask<bool>(this, _completion.Version);
        }
    }

    // Whoever comes first ends the wait. A word that comes late may end the next wait early, which its caller must expect.
    private void End(bool arrived)
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _completion.SetResult(arrived);
    }

    private ITimer CreateTimer()
    {
        // The timer outlives the request that first needed it, and must not keep that request's context alive.
        using AsyncFlowControl flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        return _time.CreateTimer(
            static waiter => ((ArrivedBytes)waiter!).End(arrived: false), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    [SupportedOSPlatform("linux")]
    private unsafe void SetLowWaterMark(int bytes)
    {
        // A refusal leaves the mark as it was: then a wait ends with the first byte, or at worst when its time is up.
        _ = LibC.setsockopt(_handle, LibC.SOL_SOCKET, LibC.SO_RCVLOWAT, &bytes, sizeof(int));
    }
}
