using System.Buffers;
using Sluice.Transfer.Residency;

namespace Sluice.Transfer.Channels;

/// <summary>Sends frames into a stream, an encrypting one for example: regions are read into memory and written from there.</summary>
internal sealed class StreamChannel : ManagedChannel
{
    /// <summary>Pieces from this length on are written from where they lie; shorter ones are gathered with their neighbours.</summary>
    private const int DirectPieceBytes = 16 << 10;

    private readonly Stream _stream;
    private readonly RegionReader _reader;
    private readonly int _bufferBytes;

    public StreamChannel(Stream stream, RegionReader reader, TransferOptions options, TransferMetrics metrics, TimeProvider time)
        : base(options, metrics, time)
    {
        _stream = stream;
        _reader = reader;
        _bufferBytes = options.CopyBufferBytes;
    }

    public override TransferPath Path => TransferPath.Copy;

    protected override async ValueTask SendFrameAsync(ResponseFrame frame, CancellationToken abort)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_bufferBytes);
        int gatheredBytes = 0;
        for (int index = 0; index < frame.Segments.Length; index++)
        {
            FrameSegment segment = frame.Segments[index];
            bool isDirect = !segment.IsRegion && segment.LengthBytes >= DirectPieceBytes;
            int doneBytes = 0;
            while (doneBytes < segment.LengthBytes)
            {
                if (gatheredBytes == _bufferBytes || (isDirect && gatheredBytes > 0))
                {
                    await WriteAsync(buffer.AsMemory(0, gatheredBytes), abort).ConfigureAwait(false);
                    gatheredBytes = 0;
                }

                if (isDirect)
                {
                    await WriteAsync(segment.Bytes, abort).ConfigureAwait(false);
                    Counters.MemoryBytes += segment.LengthBytes;
                    break;
                }

                int lengthBytes = Math.Min(_bufferBytes - gatheredBytes, segment.LengthBytes - doneBytes);
                Memory<byte> space = buffer.AsMemory(gatheredBytes, lengthBytes);
                if (segment.IsRegion)
                {
                    lengthBytes = await ReadAsync(segment.Region, doneBytes, space, abort).ConfigureAwait(false);
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

        if (gatheredBytes > 0)
        {
            await WriteAsync(buffer.AsMemory(0, gatheredBytes), abort).ConfigureAwait(false);
        }

        await _stream.FlushAsync(abort).ConfigureAwait(false);

        // Not returned when the send failed: an I/O thread or the stream may still have the buffer.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken abort)
    {
        Counters.MemoryCalls++;
        await AwaitPeerAsync(_stream.WriteAsync(bytes, abort)).ConfigureAwait(false);
        NoteSent(bytes.Length);
    }

    private async ValueTask<int> ReadAsync(FileRegion region, int doneBytes, Memory<byte> space, CancellationToken abort)
    {
        RegionRead read = await _reader.ReadAsync(region, doneBytes, space, abort).ConfigureAwait(false);
        Counters.CopyCalls++;
        Counters.CopyBytes += read.LengthBytes;
        if (read.WasCold)
        {
            Counters.ColdChunks++;
            Counters.ColdBytes += read.LengthBytes;
        }

        return read.LengthBytes;
    }
}
