using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Walks a <c>.log</c> file from batch to batch, checks each, and finds its way behind what is damaged.</summary>
/// <remarks>
/// Behind damage the walk goes on at the next position where a batch with a right checksum and possible offsets begins: right behind the
/// damaged batch if its size can be believed, else wherever a search finds one. Reads only, takes no lock; for one thread at a time.
/// </remarks>
public sealed class BatchWalker : IDisposable
{
    private readonly LogFileReader _reader;
    private readonly InspectionLimits _limits;
    private readonly long _segmentBaseOffset;
    private readonly RecordChecker _records;
    private long _nextPositionBytes;

    /// <summary>Opens a file and stands before its first batch.</summary>
    /// <param name="path">A <c>.log</c> file, of whatever suffix.</param>
    /// <param name="baseOffset">The offset that names the file: no record lies below it.</param>
    /// <param name="limits">What may be held in memory.</param>
    /// <param name="startPositionBytes">Where a batch begins; 0 for the whole file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public BatchWalker(string path, long baseOffset, InspectionLimits limits, long startPositionBytes = 0)
    {
        Path = path;
        _reader = new LogFileReader(path);
        _limits = limits;
        _segmentBaseOffset = baseOffset;
        _records = new RecordChecker(limits);
        _nextPositionBytes = startPositionBytes;
        NextOffset = baseOffset;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long FileBytes => _reader.LengthBytes;

    /// <summary>What the last <see cref="MoveNext"/> found.</summary>
    public InspectedBatch Current { get; private set; }

    /// <summary>Offset after the last sound batch so far; the base offset before the first.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Moves on.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool MoveNext()
    {
        long positionBytes = _nextPositionBytes;
        if (positionBytes >= _reader.LengthBytes)
        {
            return false;
        }

        RecordBatchStatus status = Check(positionBytes, out InspectedBatch batch);
        Current = status is RecordBatchStatus.Valid or RecordBatchStatus.Legacy ? Place(batch) : Skip(positionBytes, status, batch);
        _nextPositionBytes = Current.EndPositionBytes;
        if (Current.IsSound)
        {
            NextOffset = Current.NextOffset;
        }
        else if (Current.MendedBaseOffset is { } mended)
        {
            NextOffset = mended + (batch.NextOffset - batch.BaseOffset);
        }

        return true;
    }

    /// <summary>Looks at the records of <see cref="Current"/>, which must have a right checksum.</summary>
    /// <param name="visit">Gets each record up to the first that cannot be read; null for nobody.</param>
    public RecordsVerdict CheckRecords(RecordVisitor? visit = null)
    {
        if (Current.Magic != RecordBatchFormat.CurrentMagic)
        {
            return new RecordsVerdict(RecordsState.NotRead, 0, 0, "records of magic 0 and 1 are not looked at");
        }

        if (Current.LengthBytes > _limits.BatchBytesMax)
        {
            return new RecordsVerdict(RecordsState.NotRead, 0, 0, $"the batch has more than the {_limits.BatchBytesMax} bytes that are looked at");
        }

        ReadOnlySpan<byte> bytes = ReadCurrent();
        return bytes.IsEmpty
            ? new RecordsVerdict(RecordsState.NotRead, 0, 0, "the file was cut meanwhile")
            : _records.Check(bytes, visit);
    }

    /// <summary>The bytes of <see cref="Current"/>, which must have a right checksum.</summary>
    /// <returns>Valid until the walker is used again; empty if the file has been cut meanwhile.</returns>
    public ReadOnlySpan<byte> ReadCurrent() => _reader.ReadBatch(Current.PositionBytes, (int)Current.LengthBytes);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _reader.Dispose();

    private RecordBatchStatus Check(long positionBytes, out InspectedBatch batch)
    {
        ReadOnlySpan<byte> header = _reader.Peek(positionBytes, RecordBatchFormat.HeaderBytes);
        header = header[..Math.Min(header.Length, RecordBatchFormat.HeaderBytes)];
        RecordBatchStatus status = RecordBatchValidator.ValidateHeader(header, _reader.LengthBytes - positionBytes);
        batch = default;
        if (status is not (RecordBatchStatus.Valid or RecordBatchStatus.Legacy))
        {
            return status;
        }

        batch = InspectedBatch.Of(BatchHeader.Read(header), header, positionBytes);
        return _reader.IsChecksumValid(positionBytes, (int)batch.LengthBytes, status == RecordBatchStatus.Legacy, _limits.BatchBytesMax)
            ? status
            : RecordBatchStatus.CrcMismatch;
    }

    // The checksum is right. It covers neither the base offset nor the size, so offsets are judged by the neighbours.
    private InspectedBatch Place(in InspectedBatch batch)
    {
        long slotsCount = batch.NextOffset - batch.BaseOffset;
        bool isPossible = slotsCount > 0 && batch.BaseOffset >= 0 && IsWithinSegment(batch.LastOffset);
        if (isPossible && (batch.Magic != RecordBatchFormat.CurrentMagic ? batch.LastOffset >= NextOffset : batch.BaseOffset == NextOffset))
        {
            return batch with { State = BatchState.Sound };
        }

        // Exactly one place is left between the batch before and the one behind: there it belongs, whatever it says.
        bool fitsExactly = slotsCount > 0
            && batch.Magic == RecordBatchFormat.CurrentMagic
            && PeekBaseOffset(batch.EndPositionBytes) is { } followingOffset
            && followingOffset - slotsCount == NextOffset
            && followingOffset < (isPossible ? batch.NextOffset : long.MaxValue);
        if (fitsExactly)
        {
            return batch with { State = BatchState.OffsetWrong, MendedBaseOffset = NextOffset };
        }

        return isPossible && batch.BaseOffset >= NextOffset
            ? batch with { State = BatchState.Sound }
            : batch with { State = BatchState.OffsetWrong };
    }

    private bool IsWithinSegment(long offset) => offset >= _segmentBaseOffset && offset - _segmentBaseOffset <= int.MaxValue;

    private long? PeekBaseOffset(long positionBytes)
    {
        if (positionBytes >= _reader.LengthBytes)
        {
            return null;
        }

        ReadOnlySpan<byte> header = _reader.Peek(positionBytes, RecordBatchFormat.HeaderBytes);
        return RecordBatchValidator.ValidateHeader(header[..Math.Min(header.Length, RecordBatchFormat.HeaderBytes)], _reader.LengthBytes - positionBytes)
            == RecordBatchStatus.Valid
                ? new RecordBatchView(header).BaseOffset
                : null;
    }

    private InspectedBatch Skip(long positionBytes, RecordBatchStatus status, in InspectedBatch batch)
    {
        long resumePositionBytes = FindNext(positionBytes, status, batch);
        bool isToTheEnd = resumePositionBytes >= _reader.LengthBytes;
        BatchState state = status switch
        {
            RecordBatchStatus.CrcMismatch when resumePositionBytes == batch.EndPositionBytes => BatchState.ChecksumMismatch,
            RecordBatchStatus.Incomplete when isToTheEnd => BatchState.CutOff,
            RecordBatchStatus.SizeTooSmall when isToTheEnd && _reader.IsZeroFrom(positionBytes) => BatchState.Zeros,
            _ => BatchState.NoBatch,
        };
        long lengthBytes = Math.Max(resumePositionBytes - positionBytes, 1);
        return batch with { State = state, PositionBytes = positionBytes, LengthBytes = lengthBytes };
    }

    private long FindNext(long positionBytes, RecordBatchStatus status, in InspectedBatch batch)
    {
        if (status == RecordBatchStatus.CrcMismatch
            && (batch.EndPositionBytes == _reader.LengthBytes || IsPlausible(batch.EndPositionBytes, allowLegacy: true)))
        {
            return batch.EndPositionBytes;
        }

        for (long at = positionBytes + 1; at + RecordBatchFormat.HeaderBytes <= _reader.LengthBytes;)
        {
            ReadOnlySpan<byte> bytes = _reader.Peek(at, RecordBatchFormat.HeaderBytes);
            if (bytes.Length < RecordBatchFormat.HeaderBytes)
            {
                break;
            }

            int index = bytes[RecordBatchFormat.MagicPosition..].IndexOf(RecordBatchFormat.CurrentMagic);
            if (index < 0)
            {
                at += bytes.Length - RecordBatchFormat.MagicPosition;
                continue;
            }

            at += index;
            if (at + RecordBatchFormat.HeaderBytes <= _reader.LengthBytes && IsPlausible(at, allowLegacy: false))
            {
                return at;
            }

            at++;
        }

        return _reader.LengthBytes;
    }

    // Offsets first: they are looked at before a checksum over megabytes is computed for bytes that happen to look like a header.
    private bool IsPlausible(long positionBytes, bool allowLegacy)
    {
        ReadOnlySpan<byte> header = _reader.Peek(positionBytes, RecordBatchFormat.HeaderBytes);
        header = header[..Math.Min(header.Length, RecordBatchFormat.HeaderBytes)];
        RecordBatchStatus status = RecordBatchValidator.ValidateHeader(header, _reader.LengthBytes - positionBytes);
        if (status == RecordBatchStatus.Legacy ? !allowLegacy : status != RecordBatchStatus.Valid)
        {
            return false;
        }

        BatchHeader batch = BatchHeader.Read(header);
        return batch.LastOffset >= batch.BaseOffset
            && batch.BaseOffset >= NextOffset
            && IsWithinSegment(batch.LastOffset)
            && _reader.IsChecksumValid(positionBytes, batch.SizeBytes, status == RecordBatchStatus.Legacy, _limits.BatchBytesMax);
    }
}
