using System.Net.Sockets;
using Sluice.Transfer.Channels;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Residency;

namespace Sluice.Transfer;

/// <summary>Sends frames over one connection: one send at a time, whole frames in order.</summary>
/// <remarks>
/// <para>
/// The connection stays its creator's: the channel only sends on it, and .NET receives on it at the same time. Dispose the
/// channel first and the connection after it.
/// </para>
/// <para>
/// A send that failed or was cancelled may have put part of its frame on the wire. The channel then accepts no further
/// frame, and the connection is to be closed.
/// </para>
/// </remarks>
public abstract class TransferChannel : IAsyncDisposable
{
    private protected TransferChannel()
    {
    }

    /// <summary>The way that file regions take on this channel; never <see cref="TransferPath.Auto"/>.</summary>
    public abstract TransferPath Path { get; }

    /// <summary>Makes the channel of a connected TCP socket.</summary>
    /// <param name="socket">Connected; stays the caller's. Set NoDelay on it: frames are already coalesced, and Nagle's algorithm only delays their ends.</param>
    /// <param name="options">Read now and not again.</param>
    /// <param name="metrics">Counts what the channel sends.</param>
    /// <exception cref="PlatformNotSupportedException">The options demand a path that this system does not have.</exception>
    public static TransferChannel Create(Socket socket, TransferOptions options, TransferMetrics metrics) =>
        Create(socket, options, metrics, ColdReadPool.Shared, TimeProvider.System);

    /// <summary>Makes the channel of a connected TCP socket, with a pool and a clock of the caller's.</summary>
    /// <param name="socket">Connected; stays the caller's.</param>
    /// <param name="options">Read now and not again.</param>
    /// <param name="metrics">Counts what the channel sends.</param>
    /// <param name="coldReads">Reads what is not in memory; stays the caller's, to be disposed after its channels.</param>
    /// <param name="time">Measures <see cref="TransferOptions.StallTimeout"/>.</param>
    /// <exception cref="PlatformNotSupportedException">The options demand a path that this system does not have.</exception>
    public static TransferChannel Create(
        Socket socket, TransferOptions options, TransferMetrics metrics, ColdReadPool coldReads, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(coldReads);
        ArgumentNullException.ThrowIfNull(time);
        if (LibC.IsSupported && options.Path != TransferPath.Portable)
        {
            TransferPath path = options.Path == TransferPath.Copy ? TransferPath.Copy : TransferPath.SendFile;
            return new PlaintextChannel<Kernel>(socket, path, options, metrics, coldReads, time, default);
        }

        return options.Path is TransferPath.SendFile or TransferPath.Copy
            ? throw new PlatformNotSupportedException($"The path {options.Path} needs Linux on x64 or arm64.")
            : new PortableChannel(socket, options, metrics, time);
    }

    /// <summary>Makes the channel of a connection that is reached through a stream, such as an encrypting one. It copies.</summary>
    /// <param name="stream">Written and flushed by the channel, read by others; stays the caller's.</param>
    /// <param name="options">Read now and not again; <see cref="TransferOptions.Path"/> has no effect.</param>
    /// <param name="metrics">Counts what the channel sends.</param>
    /// <param name="coldReads">Reads what is not in memory; stays the caller's, to be disposed after its channels.</param>
    /// <param name="time">Measures <see cref="TransferOptions.StallTimeout"/>.</param>
    public static TransferChannel Create(
        Stream stream, TransferOptions options, TransferMetrics metrics, ColdReadPool coldReads, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(coldReads);
        ArgumentNullException.ThrowIfNull(time);
        RegionReader reader = LibC.IsSupported
            ? new ResidentRegionReader<Kernel>(options, coldReads, default)
            : new PortableRegionReader();
        return new StreamChannel(stream, reader, options, metrics, time);
    }

    /// <summary>Makes the channel of a connection that is reached through a stream, with the process's pool and clock.</summary>
    /// <param name="stream">Written and flushed by the channel, read by others; stays the caller's.</param>
    /// <param name="options">Read now and not again; <see cref="TransferOptions.Path"/> has no effect.</param>
    /// <param name="metrics">Counts what the channel sends.</param>
    public static TransferChannel Create(Stream stream, TransferOptions options, TransferMetrics metrics) =>
        Create(stream, options, metrics, ColdReadPool.Shared, TimeProvider.System);

    /// <summary>Puts a frame on the wire.</summary>
    /// <param name="frame">
    /// Lent to the channel until the returned task completes, however it completes; clearing it before throws. The channel
    /// keeps no reference to its memory or files after that.
    /// </param>
    /// <param name="cancellationToken">Gives the send up, at once; if that is in mid-frame the connection is lost with it.</param>
    /// <returns>
    /// Complete once the socket has taken every byte, which is usually before this method returns. Await it once, before the
    /// next send.
    /// </returns>
    /// <exception cref="InvalidOperationException">A send is under way, or an earlier one failed.</exception>
    /// <exception cref="ObjectDisposedException">The channel was disposed before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="TransferException">The frame did not reach the peer; its reason says why.</exception>
    public abstract ValueTask SendAsync(ResponseFrame frame, CancellationToken cancellationToken);

    /// <summary>Ends a send that is under way (it fails with <see cref="TransferFailure.ChannelClosed"/>) and accepts no further one.</summary>
    /// <returns>Complete once nothing of the channel uses the connection or the frame any more; the connection is not closed.</returns>
    public abstract ValueTask DisposeAsync();
}
