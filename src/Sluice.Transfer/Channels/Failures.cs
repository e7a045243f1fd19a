using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Channels;

/// <summary>Makes the exceptions that end a send.</summary>
internal static class Failures
{
    public static TransferException ShortFile(FileRegion region, long sentBytes) => new(
        TransferFailure.ShortFile,
        $"'{region.File.Path}' ends {sentBytes} bytes into a region of {region.LengthBytes} bytes at position {region.PositionBytes}.");

    /// <param name="call">The system call.</param>
    /// <param name="errno">What it answered.</param>
    /// <param name="file">The file, where the call read one.</param>
    public static TransferException FromErrno(string call, int errno, TransferFile? file)
    {
        TransferFailure reason = errno switch
        {
            Errno.EPIPE or Errno.ECONNRESET or Errno.ENOTCONN or Errno.ETIMEDOUT
                or Errno.ENETDOWN or Errno.ENETUNREACH or Errno.EHOSTUNREACH => TransferFailure.PeerClosed,
            Errno.EIO or Errno.EBADF when file is not null => TransferFailure.FileUnreadable,
            _ => TransferFailure.SocketError,
        };
        string message = Marshal.GetPInvokeErrorMessage(errno);
        return new TransferException(reason, file is null ? $"{call}: {message}" : $"{call} of '{file.Path}': {message}");
    }

    public static TransferException FromSocketError(SocketException error) => new(
        error.SocketErrorCode switch
        {
            SocketError.Shutdown or SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NotConnected
                or SocketError.TimedOut or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostUnreachable
                or SocketError.OperationAborted or SocketError.Disconnecting => TransferFailure.PeerClosed,
            _ => TransferFailure.SocketError,
        },
        error.Message,
        error);

    public static InvalidOperationException Busy() => new("A send is under way; await it before the next.");

    public static InvalidOperationException Broken() => new("An earlier send failed; the connection is to be closed.");

    public static TransferException SocketClosed(ObjectDisposedException cause) =>
        new(TransferFailure.PeerClosed, "The socket was closed on this side in mid-send.", cause);

    public static TransferException ChannelClosed() =>
        new(TransferFailure.ChannelClosed, "The channel was disposed in mid-send.");

    public static TransferException Stalled(TimeSpan timeout) =>
        new(TransferFailure.Stalled, $"The peer accepted nothing for {timeout}.");
}
