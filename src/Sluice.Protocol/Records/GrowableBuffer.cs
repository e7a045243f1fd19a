using System.Buffers;
using System.Diagnostics;

namespace Sluice.Protocol.Records;

/// <summary>One array that grows by doubling and is kept for the next use; its written part can be changed in place.</summary>
/// <remarks>For one thread at a time. The array is never given back: whoever holds the buffer decides how long that may last.</remarks>
internal sealed class GrowableBuffer : IBufferWriter<byte>
{
    private const int InitialBytes = 256;

    private byte[] _bytes = [];

    /// <summary>Bytes written so far.</summary>
    internal int LengthBytes { get; private set; }

    /// <summary>The written bytes; valid until the next write or <see cref="Clear"/>.</summary>
    internal Memory<byte> WrittenMemory => _bytes.AsMemory(0, LengthBytes);

    /// <summary>The written bytes; valid until the next write or <see cref="Clear"/>.</summary>
    internal Span<byte> WrittenSpan => _bytes.AsSpan(0, LengthBytes);

    /// <summary>Forgets what was written and keeps the array.</summary>
    internal void Clear() => LengthBytes = 0;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        Debug.Assert(count >= 0 && count <= _bytes.Length - LengthBytes, "More was written than was asked for.");
        LengthBytes += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(LengthBytes);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(LengthBytes);
    }

    private void Reserve(int sizeHint)
    {
        int neededBytes = checked(LengthBytes + Math.Max(sizeHint, 1));
        if (neededBytes <= _bytes.Length) return;
        long doubledBytes = Math.Max(InitialBytes, 2L * _bytes.Length);
        Array.Resize(ref _bytes, (int)Math.Min(Math.Max(neededBytes, doubledBytes), Math.Max(neededBytes, Array.MaxLength)));
    }
}
