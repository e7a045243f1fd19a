namespace Sluice.Protocol.Records;

/// <summary>Walks the headers of one record in their order; for <c>foreach</c>.</summary>
/// <remarks>The record was checked before its view was handed out, so a walk cannot fail.</remarks>
public ref struct RecordHeaderEnumerator
{
    private readonly ReadOnlySpan<byte> _headers;
    private int _remainingCount;
    private int _position;

    internal RecordHeaderEnumerator(ReadOnlySpan<byte> headers, int count)
    {
        _headers = headers;
        _remainingCount = count;
        _position = 0;
        Current = default;
    }

    /// <summary>The header that the last <see cref="MoveNext"/> found.</summary>
    public RecordHeaderView Current { get; private set; }

    /// <summary>Moves to the next header.</summary>
    /// <returns>False behind the last.</returns>
    public bool MoveNext()
    {
        if (_remainingCount == 0) return false;
        _remainingCount--;
        ReadOnlySpan<byte> key = ReadBytes(out _);
        ReadOnlySpan<byte> value = ReadBytes(out bool isNull);
        Current = new RecordHeaderView(key, value, isNull);
        return true;
    }

    /// <summary>The enumerator itself, so that a record's headers can stand in <c>foreach</c>.</summary>
    /// <returns>A copy at the current place.</returns>
    public readonly RecordHeaderEnumerator GetEnumerator() => this;

    private ReadOnlySpan<byte> ReadBytes(out bool isNull)
    {
        _ = RecordVarint.TryReadInt32(_headers, ref _position, out int lengthBytes);
        isNull = lengthBytes < 0;
        if (isNull) return default;
        ReadOnlySpan<byte> bytes = _headers.Slice(_position, lengthBytes);
        _position += lengthBytes;
        return bytes;
    }
}
