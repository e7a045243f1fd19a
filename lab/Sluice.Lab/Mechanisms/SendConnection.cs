using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Interop;
using Sluice.Lab.Measuring;

namespace Sluice.Lab.Mechanisms;

/// <summary>One connection of a run: what a mechanism needs to send its transfers, and where it counts.</summary>
/// <remarks>Owns its socket and its handle on the file. One thread at a time.</remarks>
internal sealed class SendConnection : IDisposable
{
    /// <summary>What headers are made of.</summary>
    internal const byte HeaderByte = (byte)'h';

    private readonly byte[] _header;

    /// <summary>Takes over a connected, blocking socket, and opens the file.</summary>
    internal SendConnection(TransferPlan plan, int index, Socket socket)
    {
        Plan = plan;
        Index = index;
        Socket = socket;
        File = System.IO.File.OpenHandle(plan.FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        _header = new byte[plan.HeaderBytes];
        Array.Fill(_header, HeaderByte);
    }

    /// <summary>The run.</summary>
    internal TransferPlan Plan { get; }

    /// <summary>Which connection of the run: 0 and up.</summary>
    internal int Index { get; }

    /// <summary>Connected and, unless a mechanism makes it otherwise, blocking.</summary>
    internal Socket Socket { get; }

    /// <summary>Open for reading.</summary>
    internal SafeFileHandle File { get; }

    /// <summary>The socket's descriptor.</summary>
    internal int SocketFd => (int)Socket.SafeHandle.DangerousGetHandle();

    /// <summary>The file's descriptor.</summary>
    internal int FileFd => (int)File.DangerousGetHandle();

    /// <summary>Time of each chunk.</summary>
    internal TimeHistogram ChunkTimes { get; } = new();

    /// <summary>System calls made; mechanisms whose calls the runtime makes set it to null.</summary>
    internal long? SystemCalls { get; set; } = 0;

    /// <summary>Something to tell about the run; null = nothing.</summary>
    internal string? Remark { get; set; }

    /// <summary>What the mechanism made before the clock started; disposed with the connection.</summary>
    internal IDisposable? State { get; set; }

    /// <summary>The header's bytes, for mechanisms that send it in a way of their own.</summary>
    internal ReadOnlyMemory<byte> Header => _header;

    /// <summary>The transfers: position and length in the file.</summary>
    internal IEnumerable<(long PositionBytes, long LengthBytes)> Transfers()
    {
        for (int transfer = 0; transfer < Plan.TransfersPerConnection; transfer++) yield return (Plan.PositionOf(Index, transfer), Plan.TransferBytes);
    }

    /// <summary>Sends the header of a transfer, if it has one; blocks.</summary>
    internal unsafe void SendHeader()
    {
        if (_header.Length == 0) return;
        if (Plan.Join == HeaderJoin.Cork) SetCork(1);
        fixed (byte* header = _header) SendAll(header, _header.Length, Plan.Join == HeaderJoin.More ? LibC.MSG_MORE : 0);
    }

    /// <summary>Ends a transfer: lets a corked socket go.</summary>
    internal void EndTransfer()
    {
        if (_header.Length > 0 && Plan.Join == HeaderJoin.Cork) SetCork(0);
    }

    /// <summary>Sends from memory, however many calls that takes; blocks.</summary>
    internal unsafe void SendAll(byte* bytes, long lengthBytes, int flags)
    {
        while (lengthBytes > 0)
        {
            nint sent = LibC.send(SocketFd, bytes, (nuint)lengthBytes, flags | LibC.MSG_NOSIGNAL);
            SystemCalls++;
            if (sent < 0)
            {
                ThrowUnlessInterrupted("send");
                continue;
            }

            bytes += sent;
            lengthBytes -= sent;
        }
    }

    /// <summary>Does nothing if the last call of this thread was interrupted by a signal, and is to be repeated.</summary>
    /// <exception cref="SendFailedException">It failed.</exception>
    internal void ThrowUnlessInterrupted(string call)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno != Errno.EINTR) throw FailureOf(call, errno);
    }

    /// <summary>What an error number of a call means for the run.</summary>
    internal SendFailedException FailureOf(string call, int errno) => errno switch
    {
        Errno.EPIPE or Errno.ECONNRESET or Errno.ETIMEDOUT => ReceiverGone(),
        Errno.EFAULT => ShortFile(),
        _ => new SendFailedException($"{call}: {Marshal.GetPInvokeErrorMessage(errno)}"),
    };

    /// <summary>The other side closed the connection, or its process ended.</summary>
    internal static SendFailedException ReceiverGone() => new("the receiver closed the connection before it had everything");

    /// <summary>The file ends before the region does.</summary>
    internal SendFailedException ShortFile() =>
        new($"{Plan.FilePath} shrank while it was sent: it had {ByteSize.Format(Plan.FileBytes)} when the run began");

    /// <inheritdoc/>
    public void Dispose()
    {
        State?.Dispose();
        File.Dispose();
        Socket.Dispose();
    }

    private unsafe void SetCork(int value)
    {
        SystemCalls++;
        if (LibC.setsockopt(SocketFd, LibC.IPPROTO_TCP, LibC.TCP_CORK, &value, sizeof(int)) != 0) throw FailureOf("setsockopt(TCP_CORK)", Marshal.GetLastPInvokeError());
    }
}
