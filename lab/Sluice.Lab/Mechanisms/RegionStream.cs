namespace Sluice.Lab.Mechanisms;

/// <summary>A region of a file as a stream, so that .NET's own copying stops at its end; marks each read as a chunk.</summary>
internal sealed class RegionStream(SendConnection connection, long positionBytes, long lengthBytes) : Stream
{
    private readonly long _lengthBytes = lengthBytes;
    private long _doneBytes;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_doneBytes > 0) connection.ChunkTimes.Mark();
        int wanted = (int)Math.Min(buffer.Length, _lengthBytes - _doneBytes);
        if (wanted == 0) return 0;
        int read = await RandomAccess.ReadAsync(connection.File, buffer[..wanted], positionBytes + _doneBytes, cancellationToken);
        if (read == 0) throw connection.ShortFile();
        _doneBytes += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
