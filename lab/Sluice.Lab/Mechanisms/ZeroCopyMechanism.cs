using System.Runtime.InteropServices;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>The file mapped into memory, its pages lent to the socket, and given back by a notification. send(2) with MSG_ZEROCOPY.</summary>
internal sealed class ZeroCopyMechanism : BlockingMechanism
{
    // Bounds what the kernel holds pinned, and the length of its error queue.
    private const int SendsUnderWayMax = 32;
    private const int CallsPerMapping = 3;
    private const int IdleSecondsMax = 30;

    /// <inheritdoc/>
    public override string Name => "zerocopy";

    /// <inheritdoc/>
    public override string Description => "map the file, send from the mapping with MSG_ZEROCOPY, take the notifications";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("0; 1 on loopback, where the kernel copies after all", "2", "1, notifications, page faults", ProgramSeesData: true);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    public override string? WhyNotOffered()
    {
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        return TryEnable((int)socket.SafeHandle.DangerousGetHandle()) ? null : $"setsockopt(SO_ZEROCOPY): {LibC.LastErrorMessage()}";
    }

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => TryEnable(connection.SocketFd)
        ? new Sender(connection)
        : throw connection.FailureOf("setsockopt(SO_ZEROCOPY)", Marshal.GetLastPInvokeError());

    private static unsafe bool TryEnable(int socketFd)
    {
        int on = 1;
        return LibC.setsockopt(socketFd, LibC.SOL_SOCKET, LibC.SO_ZEROCOPY, &on, sizeof(int)) == 0;
    }

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        private readonly ZeroCopyCompletions _completions = new(connection.SocketFd);
        private long _sendsCount;

        public void Send(long positionBytes, long lengthBytes)
        {
            using var mapping = new FileMapping(connection.FileFd, positionBytes, lengthBytes);
            long takenCalls = _completions.CallsCount;
            for (long doneBytes = 0; doneBytes < lengthBytes;)
            {
                long chunkBytes = Math.Min(connection.Plan.ChunkBytes, lengthBytes - doneBytes);
                SendChunk(mapping.Bytes + doneBytes, chunkBytes);
                connection.ChunkTimes.Mark();
                doneBytes += chunkBytes;
            }

            // The pages are the kernel's until it says that it is done with them.
            int idleSeconds = 0;
            while (_completions.CompletedCount < _sendsCount)
            {
                idleSeconds = _completions.Take(wait: true) ? 0 : idleSeconds + 1;
                if (idleSeconds > IdleSecondsMax) throw SendConnection.ReceiverGone();
            }

            connection.SystemCalls += CallsPerMapping + _completions.CallsCount - takenCalls;
            if (_completions.CopiedCount > 0) connection.Remark = $"the kernel copied {100 * _completions.CopiedCount / _completions.CompletedCount} % of the sends after all, as it does on loopback";
        }

        public void Dispose()
        {
        }

        private void SendChunk(byte* bytes, long lengthBytes)
        {
            while (lengthBytes > 0)
            {
                while (_sendsCount - _completions.CompletedCount >= SendsUnderWayMax) _completions.Take(wait: true);
                nint sent = LibC.send(connection.SocketFd, bytes, (nuint)lengthBytes, LibC.MSG_ZEROCOPY | LibC.MSG_NOSIGNAL);
                connection.SystemCalls++;
                if (sent >= 0)
                {
                    _sendsCount++;
                    bytes += sent;
                    lengthBytes -= sent;
                }
                else if (Marshal.GetLastPInvokeError() == Errno.ENOBUFS && _completions.CompletedCount < _sendsCount)
                {
                    // As much is pinned as the process may pin.
                    _completions.Take(wait: true);
                }
                else
                {
                    connection.ThrowUnlessInterrupted("send(MSG_ZEROCOPY)");
                }
            }
        }
    }
}
