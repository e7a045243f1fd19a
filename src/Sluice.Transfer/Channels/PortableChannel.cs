using System.Buffers;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Sluice.Transfer.Residency;

namespace Sluice.Transfer.Channels;

/// <summary>Sends frames with what .NET's sockets offer on every system; allocates for each region.</summary>
/// <remarks>
/// A region goes out by the system's own call where its file was opened for asynchronous use, which is what .NET demands for
/// that, and is copied where it was not. .NET has no way to cancel such a call other than closing the socket, so giving one up
/// does that.
/// </remarks>
internal sealed class PortableChannel : ManagedChannel
{
    private readonly Socket _socket;
    private readonly PortableRegionReader _reader = new();
    private readonly Packets _packets = new();
    private readonly int _copyThresholdBytes;
    private readonly int _bufferBytes;

    public PortableChannel(Socket socket, TransferOptions options, TransferMetrics metrics, TimeProvider time)
        : base(options, metrics, time)
    {
        _socket = socket;
        _copyThresholdBytes = options.CopyThresholdBytes;
        _bufferBytes = options.CopyBufferBytes;
    }

    public override TransferPath Path => TransferPath.Portable;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        _packets.Dispose();
    }

    protected override async ValueTask SendFrameAsync(ResponseFrame frame, CancellationToken abort)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_bufferBytes);
        int gatheredBytes = 0;
        for (int index = 0; index < frame.Segments.Length; index++)
        {
            FrameSegment segment = frame.Segments[index];
            if (segment.IsRegion && segment.LengthBytes > _copyThresholdBytes && segment.Region.File.Handle.IsAsync)
            {
                await SendRegionAsync(buffer.AsMemory(0, gatheredBytes), segment.Region, abort).ConfigureAwait(false);
                gatheredBytes = 0;
                continue;
            }

            int doneBytes = 0;
            while (doneBytes < segment.LengthBytes)
            {
                if (gatheredBytes == _bufferBytes)
                {
                    await SendBufferAsync(buffer.AsMemory(0, gatheredBytes), abort).ConfigureAwait(false);
                    gatheredBytes = 0;
                }

                int lengthBytes = Math.Min(_bufferBytes - gatheredBytes, segment.LengthBytes - doneBytes);
                Memory<byte> space = buffer.AsMemory(gatheredBytes, lengthBytes);
                if (segment.IsRegion)
                {
                    RegionRead read = await _reader.ReadAsync(segment.Region, doneBytes, space, abort).ConfigureAwait(false);
                    lengthBytes = read.LengthBytes;
                    Counters.CopyCalls++;
                    Counters.CopyBytes += lengthBytes;
                }
                else
                {
                    segment.Bytes.Slice(doneBytes, lengthBytes).CopyTo(space);
                    Counters.MemoryBytes += lengthBytes;
                }

                doneBytes += lengthBytes;
                gatheredBytes += lengthBytes;
            }
        }

        await SendBufferAsync(buffer.AsMemory(0, gatheredBytes), abort).ConfigureAwait(false);

        // Not returned when the send failed: the socket may still have the buffer.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask SendBufferAsync(ReadOnlyMemory<byte> bytes, CancellationToken abort)
    {
        while (!bytes.IsEmpty)
        {
            Counters.MemoryCalls++;
            int sentBytes = await AwaitPeerAsync(_socket.SendAsync(bytes, SocketFlags.None, abort)).ConfigureAwait(false);
            NoteSent(sentBytes);
            bytes = bytes[sentBytes..];
        }
    }

    /// <summary>Sends what was gathered and then a region, in one call of the system where it has one.</summary>
    private async ValueTask SendRegionAsync(ReadOnlyMemory<byte> gathered, FileRegion region, CancellationToken abort)
    {
        // Asked before, because systems differ in what they do at the end of a file that is too short; and compared after.
        SafeFileHandle handle = region.File.Handle;
        long presentBytes = RandomAccess.GetLength(handle) - region.PositionBytes;
        if (presentBytes < region.LengthBytes)
        {
            throw Failures.ShortFile(region, Math.Max(presentBytes, 0));
        }

        // The stream is only how .NET takes a handle here. Never disposed, as that would close the handle; its finalizer does not.
        FileStream file = new(handle, FileAccess.Read, bufferSize: 0, isAsync: true);
        SendPacketsElement element = new(file, region.PositionBytes, region.LengthBytes);
        _packets.SendPacketsElements = gathered.IsEmpty ? [element] : [new SendPacketsElement(gathered), element];
        Task completed = _packets.Start();
        using (abort.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), _socket))
        {
            if (_socket.SendPacketsAsync(_packets))
            {
                await AwaitPeerAsync(new ValueTask(completed)).ConfigureAwait(false);
            }
        }

        Counters.SendFileCalls++;
        NoteSent(_packets.BytesTransferred);
        if (_packets.SocketError != SocketError.Success)
        {
            throw new SocketException((int)_packets.SocketError);
        }

        long sentBytes = _packets.BytesTransferred - gathered.Length;
        Counters.SendFileBytes += sentBytes;
        if (sentBytes < region.LengthBytes)
        {
            throw Failures.ShortFile(region, sentBytes);
        }
    }

    /// <summary>The arguments of one call, as a task.</summary>
    private sealed class Packets : SocketAsyncEventArgs
    {
        private TaskCompletionSource _completed = new();

        /// <summary>The end of the call that is started next; asked for before it is started.</summary>
        public Task Start()
        {
            _completed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _completed.Task;
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _completed.TrySetResult();
    }
}
