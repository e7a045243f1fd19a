using System.Buffers.Text;

namespace Sluice.Samples.FileServer.Http;

/// <summary>Builds the head of a response, and a short body behind it, in memory that is kept for the next one.</summary>
internal sealed class HeadWriter
{
    private byte[] _buffer = new byte[1024];
    private int _lengthBytes;

    /// <summary>What was written; valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _lengthBytes);

    public void Clear() => _lengthBytes = 0;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_lengthBytes));
        _lengthBytes += bytes.Length;
    }

    public void Add(long number)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_lengthBytes), out int writtenBytes);
        _lengthBytes += writtenBytes;
    }

    private void Reserve(int bytesCount)
    {
        if (_buffer.Length - _lengthBytes < bytesCount)
        {
            // Bounded by the longest request: nothing that is written here is longer than three times its target.
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _lengthBytes + bytesCount));
        }
    }
}
