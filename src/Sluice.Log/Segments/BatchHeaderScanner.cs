using Microsoft.Win32.SafeHandles;
using Sluice.Protocol.Records;

namespace Sluice.Log.Segments;

/// <summary>Walks the batch headers of a file without reading the records between them.</summary>
/// <remarks>
/// Reads into a window that the caller lends: as many headers as lie in one window cost one read. Small batches share a window; large ones
/// cost a read each. Takes no lock; safe beside appends below an end that has been published.
/// </remarks>
internal ref struct BatchHeaderScanner
{
    /// <summary>Room for the headers between two index entries at the default interval.</summary>
    public const int WindowBytes = 4096 + RecordBatchFormat.HeaderBytes;

    private readonly SafeFileHandle _file;
    private readonly Span<byte> _window;
    private readonly long _endPositionBytes;
    private long _windowPositionBytes;
    private int _windowLengthBytes;
    private long _nextPositionBytes;

    /// <summary>Starts before the batch at a position.</summary>
    /// <param name="file">The segment's file; the caller holds a reference.</param>
    /// <param name="startPositionBytes">Where a batch begins.</param>
    /// <param name="endPositionBytes">Exclusive end of what may be looked at.</param>
    /// <param name="window">At least 61 bytes.</param>
    public BatchHeaderScanner(SafeFileHandle file, long startPositionBytes, long endPositionBytes, Span<byte> window)
    {
        _file = file;
        _window = window;
        _endPositionBytes = endPositionBytes;
        _nextPositionBytes = startPositionBytes;
        _windowPositionBytes = startPositionBytes;
    }

    /// <summary>The batch that the last <see cref="MoveNext"/> found.</summary>
    public BatchHeader Current { get; private set; }

    /// <summary>Where that batch begins.</summary>
    public long PositionBytes { get; private set; }

    /// <summary>Where the next one begins.</summary>
    public readonly long NextPositionBytes => _nextPositionBytes;

    /// <summary>Why the walk ended: <see cref="RecordBatchStatus.Incomplete"/> at the end, or what is wrong with the batch found there.</summary>
    public RecordBatchStatus Status { get; private set; }

    /// <summary>Moves to the next batch that lies wholly before the end.</summary>
    public bool MoveNext()
    {
        long availableBytes = _endPositionBytes - _nextPositionBytes;
        ReadOnlySpan<byte> header = ReadHeader((int)Math.Min(RecordBatchFormat.HeaderBytes, Math.Max(availableBytes, 0)));
        Status = RecordBatchValidator.ValidateHeader(header, availableBytes);
        if (Status is not (RecordBatchStatus.Valid or RecordBatchStatus.Legacy))
        {
            return false;
        }

        Current = BatchHeader.Read(header);
        PositionBytes = _nextPositionBytes;
        _nextPositionBytes += Current.SizeBytes;
        return true;
    }

    private ReadOnlySpan<byte> ReadHeader(int headerBytes)
    {
        long skippedBytes = _nextPositionBytes - _windowPositionBytes;
        if (skippedBytes + headerBytes <= _windowLengthBytes)
        {
            return _window.Slice((int)skippedBytes, headerBytes);
        }

        _windowPositionBytes = _nextPositionBytes;
        _windowLengthBytes = 0;
        int wantedBytes = (int)Math.Min(_window.Length, _endPositionBytes - _nextPositionBytes);
        while (_windowLengthBytes < headerBytes)
        {
            int readBytes = RandomAccess.Read(
                _file, _window[_windowLengthBytes..wantedBytes], _windowPositionBytes + _windowLengthBytes);
            if (readBytes == 0)
            {
                break; // The file was truncated meanwhile; the validator calls what is left incomplete.
            }

            _windowLengthBytes += readBytes;
        }

        return _window[..Math.Min(headerBytes, _windowLengthBytes)];
    }
}
