using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Readiness;

/// <summary>Waits until a socket accepts bytes, for whoever writes to it by other means than .NET's. One wait at a time.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketWriteWait(SafeHandle socket) : IReadinessWaiter, IDisposable
{
    private readonly ReadinessPoller _poller = ReadinessPoller.Take();
    private TaskCompletionSource? _waiting;
    private int _slot = -1;

    /// <summary>Ends when the socket accepts bytes, or has failed.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _waiting, waiting);
        _poller.Arm(this, socket, ref _slot, LibC.EPOLLOUT);
        return waiting.Task.WaitAsync(cancellationToken);
    }

    void IReadinessWaiter.OnReady() => Volatile.Read(ref _waiting)?.TrySetResult();

    public void Dispose() => _poller.Forget(socket, ref _slot);
}
