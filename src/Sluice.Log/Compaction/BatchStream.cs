using Microsoft.Win32.SafeHandles;
using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Compaction;

/// <summary>Reads whole batches of a segment, one after the other, in large pieces.</summary>
/// <remarks>
/// Reads through a buffer that several streams share one after the other, and that grows to the largest batch it meets; that is on the disk
/// already, so no client makes it grow further. Every checksum is checked: what compaction rebuilds gets a new one, which must not vouch for damage.
/// </remarks>
internal ref struct BatchStream
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly CleaningBuffer _buffer;
    private readonly CleaningPace _pace;
    private readonly long _endPositionBytes;
    private long _positionBytes;
    private int _bufferedBytes;
    private int _consumedBytes;

    /// <summary>Starts before the first batch.</summary>
    /// <param name="segment">The segment; the caller holds a reference.</param>
    /// <param name="startPositionBytes">Where a batch begins.</param>
    /// <param name="buffer">Working memory; nobody else uses it meanwhile.</param>
    /// <param name="pace">Hears of every read, and holds it up or gives up.</param>
    public BatchStream(LogSegment segment, long startPositionBytes, CleaningBuffer buffer, CleaningPace pace)
    {
        _file = segment.File.Handle;
        _path = segment.File.Path;
        _buffer = buffer;
        _pace = pace;
        _positionBytes = startPositionBytes;
        _endPositionBytes = segment.SizeBytes;
    }

    /// <summary>Header of the batch that the last <see cref="MoveNext"/> found.</summary>
    public BatchHeader Header { get; private set; }

    /// <summary>The batch; valid until the next <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Moves to the next batch.</summary>
    /// <returns>False at the end of the segment.</returns>
    /// <exception cref="InvalidDataException">What lies there is no sound batch.</exception>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public bool MoveNext()
    {
        _positionBytes += Bytes.Length;
        _consumedBytes += Bytes.Length;
        Bytes = default;
        long availableBytes = _endPositionBytes - _positionBytes;
        if (availableBytes == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> header = Fill((int)Math.Min(RecordBatchFormat.HeaderBytes, availableBytes));
        RecordBatchStatus status = RecordBatchValidator.ValidateHeader(header, availableBytes);
        if (status is RecordBatchStatus.Valid or RecordBatchStatus.Legacy)
        {
            Header = BatchHeader.Read(header);
            Bytes = Fill(Header.SizeBytes);
            status = RecordBatchValidator.Validate(Bytes);
        }

        return status is RecordBatchStatus.Valid or RecordBatchStatus.Legacy
            ? true
            : throw new InvalidDataException($"{_path} has no sound batch at position {_positionBytes}: {status}.");
    }

    // The next bytes of the segment; the caller has made sure that it has that many.
    private ReadOnlySpan<byte> Fill(int wantedBytes)
    {
        int presentBytes = _bufferedBytes - _consumedBytes;
        if (presentBytes < wantedBytes)
        {
            _buffer.MakeRoom(_consumedBytes, presentBytes, wantedBytes);
            _consumedBytes = 0;
            _bufferedBytes = presentBytes;
            int readMaxBytes = (int)Math.Min(_buffer.Span.Length, _endPositionBytes - _positionBytes);
            while (_bufferedBytes < wantedBytes)
            {
                int readBytes = RandomAccess.Read(
                    _file, _buffer.Span[_bufferedBytes..readMaxBytes], _positionBytes + _bufferedBytes);
                if (readBytes == 0)
                {
                    throw new InvalidDataException($"{_path} ends before position {_endPositionBytes}.");
                }

                _pace.OnRead(readBytes);
                _bufferedBytes += readBytes;
            }
        }

        return _buffer.Span.Slice(_consumedBytes, wantedBytes);
    }
}
