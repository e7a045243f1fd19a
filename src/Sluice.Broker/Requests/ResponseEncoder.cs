using System.Buffers;
using System.Buffers.Binary;
using Sluice.Broker.Fetching;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Transfer;

namespace Sluice.Broker.Requests;

/// <summary>
/// Lays an answer out as a <see cref="ResponseFrame"/>: size, header and body as byte pieces, records as file regions.
/// </summary>
/// <remarks>One per connection; its buffer is reused. Record bytes never pass through here.</remarks>
internal sealed class ResponseEncoder : IDisposable
{
    private const int SizePrefixBytes = sizeof(int);
    private const int CorrelationIdBytes = sizeof(int);

    /// <summary>A buffer above this goes back after its answer: a few large Metadata answers should not stay in memory.</summary>
    private const int KeptBufferBytesMax = 16 * 1024;

    private readonly ResponseHeader _header = new();
    private readonly List<ExternalRecordsPiece> _externals = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1024);

    /// <summary>The frame of the last <see cref="Encode"/>.</summary>
    public ResponseFrame Frame { get; } = new();

    /// <summary>Encodes the response of <paramref name="context"/> into <see cref="Frame"/>.</summary>
    /// <remarks>File regions that the response refers to pass to the frame, which releases them in <see cref="Clear"/>.</remarks>
    public void Encode(RequestContext context)
    {
        IMessage response = context.Response!;
        short headerVersion = MessageCatalog.Get(context.ApiKey).ResponseHeaderVersion(context.ResponseVersion);
        _header.Reset();
        _header.CorrelationId = context.Header.CorrelationId;
        int sizeBytes = checked(_header.Measure(headerVersion) + response.Measure(context.ResponseVersion));

        _externals.Clear();
        EnsureBuffer(SizePrefixBytes + sizeBytes - response.MeasureExternal(context.ResponseVersion));
        BinaryPrimitives.WriteInt32BigEndian(_buffer, sizeBytes);
        MessageWriter writer = new(_buffer.AsSpan(SizePrefixBytes), _externals);
        _header.Write(ref writer, headerVersion);
        response.Write(ref writer, context.ResponseVersion);
        context.ChangeEncoded?.Invoke(_buffer.AsMemory(SizePrefixBytes + CorrelationIdBytes, writer.Position - CorrelationIdBytes));

        int fromIndex = 0;
        foreach (ExternalRecordsPiece piece in _externals)
        {
            int toIndex = SizePrefixBytes + piece.Position;
            Frame.Append(_buffer.AsMemory(fromIndex, toIndex - fromIndex));
            Frame.Append(((FileRecords)piece.Records).Take());
            fromIndex = toIndex;
        }
        int endIndex = SizePrefixBytes + writer.Position;
        Frame.Append(_buffer.AsMemory(fromIndex, endIndex - fromIndex));
    }

    /// <summary>Lays out a frame that is nothing but <paramref name="content"/> behind its size: messages of SASL after version 0 of the handshake.</summary>
    public void EncodeBytes(ReadOnlySpan<byte> content)
    {
        EnsureBuffer(SizePrefixBytes + content.Length);
        BinaryPrimitives.WriteInt32BigEndian(_buffer, content.Length);
        content.CopyTo(_buffer.AsSpan(SizePrefixBytes));
        Frame.Append(_buffer.AsMemory(0, SizePrefixBytes + content.Length));
    }

    /// <summary>Releases what the frame refers to, after it was sent or given up.</summary>
    public void Clear()
    {
        Frame.Clear();
        if (_buffer.Length <= KeptBufferBytesMax) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(1024);
    }

    public void Dispose()
    {
        Frame.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void EnsureBuffer(int wantedBytes)
    {
        if (_buffer.Length >= wantedBytes) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(wantedBytes);
    }
}
