namespace Sluice.Protocol.Records;

/// <summary>Walks the records of a batch, checking each against the rules of the format before showing it.</summary>
/// <remarks>
/// Use: <c>while (reader.MoveNext()) { … reader.Current … }</c>, then look at <see cref="Error"/>: the walk has seen a sound batch
/// only if that is <see cref="RecordError.None"/>. Reads nothing beyond the bytes it was given, allocates nothing, throws nothing.
/// </remarks>
public ref struct RecordReader
{
    private const int NullLength = -1;

    private readonly ReadOnlySpan<byte> _payload;
    private readonly int _recordsCount;
    private int _position;

    /// <summary>Starts before the first record.</summary>
    /// <param name="uncompressedPayload">Exactly the records: the batch's payload, decompressed. Borrowed for the life of the reader.</param>
    /// <param name="recordsCount">What the batch header claims; a negative one is an error at the first move.</param>
    public RecordReader(ReadOnlySpan<byte> uncompressedPayload, int recordsCount)
    {
        _payload = uncompressedPayload;
        _recordsCount = recordsCount;
    }

    /// <summary>The record that the last successful <see cref="MoveNext"/> found.</summary>
    public RecordView Current { get; private set; }

    /// <summary>How many records have been found so far.</summary>
    public int ReadCount { get; private set; }

    /// <summary>Why the walk ended before its time; <see cref="RecordError.None"/> while it goes on and after a sound batch.</summary>
    public RecordError Error { get; private set; }

    /// <summary>Moves to the next record.</summary>
    /// <returns>False behind the last record and at the first error; it stays false.</returns>
    public bool MoveNext()
    {
        if (Error != RecordError.None) return false;
        if (ReadCount >= _recordsCount)
        {
            if (_recordsCount < 0) return Fail(RecordError.NegativeCount);
            return _position == _payload.Length ? false : Fail(RecordError.TrailingBytes);
        }

        int start = _position;
        if (!RecordVarint.TryReadInt32(_payload, ref _position, out int lengthBytes))
            return FailVarint(_payload, _position, RecordVarint.Int32BytesMax);
        if (lengthBytes < 0) return Fail(RecordError.NegativeLength);
        if (lengthBytes > _payload.Length - _position) return Fail(RecordError.Truncated);

        ReadOnlySpan<byte> body = _payload.Slice(_position, lengthBytes);
        _position += lengthBytes;
        if (!TryReadBody(body, sizeBytes: _position - start)) return false;
        ReadCount++;
        return true;
    }

    private bool TryReadBody(ReadOnlySpan<byte> body, int sizeBytes)
    {
        int position = 1; // The attributes: a byte of which no bit has a meaning.
        if (body.IsEmpty) return Fail(RecordError.Truncated);
        if (!RecordVarint.TryReadInt64(body, ref position, out long timestampDelta))
            return FailVarint(body, position, RecordVarint.Int64BytesMax);
        if (!RecordVarint.TryReadInt32(body, ref position, out int offsetDelta))
            return FailVarint(body, position, RecordVarint.Int32BytesMax);
        if (!TryReadBytes(body, ref position, out NullableBytes key)) return false;
        if (!TryReadBytes(body, ref position, out NullableBytes value)) return false;

        if (!RecordVarint.TryReadInt32(body, ref position, out int headersCount))
            return FailVarint(body, position, RecordVarint.Int32BytesMax);
        if (headersCount < 0 || headersCount > body.Length - position) return Fail(RecordError.HeadersCount);
        int headersPosition = position;
        for (int index = 0; index < headersCount; index++)
        {
            if (!TryReadBytes(body, ref position, out NullableBytes headerKey)) return false;
            if (headerKey.IsNull) return Fail(RecordError.NegativeLength);
            if (!TryReadBytes(body, ref position, out _)) return false;
        }

        if (position != body.Length) return Fail(RecordError.LengthMismatch);
        Current = new RecordView(sizeBytes, timestampDelta, offsetDelta, key, value, body[headersPosition..], headersCount);
        return true;
    }

    private bool TryReadBytes(ReadOnlySpan<byte> body, scoped ref int position, out NullableBytes bytes)
    {
        bytes = default;
        if (!RecordVarint.TryReadInt32(body, ref position, out int lengthBytes))
            return FailVarint(body, position, RecordVarint.Int32BytesMax);
        if (lengthBytes < NullLength) return Fail(RecordError.NegativeLength);
        if (lengthBytes == NullLength) return true;
        if (lengthBytes > body.Length - position) return Fail(RecordError.LengthBeyondRecord);
        bytes = body.Slice(position, lengthBytes);
        position += lengthBytes;
        return true;
    }

    private bool FailVarint(ReadOnlySpan<byte> data, int position, int bytesMax) =>
        Fail(RecordVarint.Failure(data, position, bytesMax));

    private bool Fail(RecordError error)
    {
        Error = error;
        Current = default;
        return false;
    }
}
