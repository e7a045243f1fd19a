namespace Sluice.Protocol.Records.Compression;

/// <summary>Feeds a pinned payload to <see cref="System.IO.Compression.GZipStream"/> and finds out whether that needed more.</summary>
/// <remarks>
/// The inflater ends quietly both at the end of a member and where a cut-off member runs out of bytes; the difference has to be
/// seen from here. Behind the payload come two bytes that no member can start with. Behind a complete member they are looked at,
/// taken for the garbage that they are, and nothing more is read. Inside a member they are swallowed, and the next read, which
/// has nothing left to give, shows that the payload was cut off. They cannot complete a member either: its last two bytes would be
/// the high half of a content size of almost 4 GiB.
/// </remarks>
internal sealed unsafe class GzipInput : Stream
{
    private const int GuardBytes = 2;
    private const byte Guard = 0xFF;

    private readonly byte* _start;
    private readonly int _lengthBytes;
    private int _position;

    /// <summary>Starts at the first byte.</summary>
    /// <param name="start">Pinned by the caller for as long as the stream is read.</param>
    /// <param name="lengthBytes">Bytes of the payload.</param>
    internal GzipInput(byte* start, int lengthBytes)
    {
        _start = start;
        _lengthBytes = lengthBytes;
    }

    /// <summary>Whether a read found neither payload nor guard left.</summary>
    internal bool IsExhausted { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int readBytes = Math.Min(buffer.Length, _lengthBytes - _position);
        if (readBytes > 0)
        {
            new ReadOnlySpan<byte>(_start + _position, readBytes).CopyTo(buffer);
            _position += readBytes;
            return readBytes;
        }

        if (_position > _lengthBytes || buffer.Length < GuardBytes)
        {
            IsExhausted = true;
            return 0;
        }

        buffer[..GuardBytes].Fill(Guard);
        _position += GuardBytes;
        return GuardBytes;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
