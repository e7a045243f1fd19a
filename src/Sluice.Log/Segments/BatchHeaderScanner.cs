using Microsoft.Win32.SafeHandles;
using Sluice.Protocol.Records;
using Sluice.Transfer;

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
    private readonly TransferFile? _residentOnly;
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

    /// <summary>Starts before the batch at a position, for somebody who must not wait for the disk: see <see cref="IsCold"/>.</summary>
    /// <param name="file">The segment's file; the caller holds a reference.</param>
    /// <param name="startPositionBytes">Where a batch begins.</param>
    /// <param name="endPositionBytes">Exclusive end of what may be looked at.</param>
    /// <param name="window">At least 61 bytes.</param>
    /// <param name="mayWait">Whether headers that are not in memory are read from the disk after all.</param>
    public BatchHeaderScanner(TransferFile file, long startPositionBytes, long endPositionBytes, Span<byte> window, bool mayWait)
        : this(file.Handle, startPositionBytes, endPositionBytes, window)
    {
        _residentOnly = mayWait ? null : file;
    }

    /// <summary>Whether <see cref="MoveNext"/> returned false because the next header is not in memory, and nothing else is known about it.</summary>
    public bool IsCold { get; private set; }

    /// <summary>What must be read in before the walk can go on; only if <see cref="IsCold"/>. It carries no reference.</summary>
    public readonly FileRegion ColdRange =>
        new(_residentOnly!, _nextPositionBytes, (int)Math.Min(_window.Length, _endPositionBytes - _nextPositionBytes));

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
        if (IsCold)
        {
            return false;
        }

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
            Span<byte> space = _window[_windowLengthBytes..wantedBytes];
            long positionBytes = _windowPositionBytes + _windowLengthBytes;
            int readBytes;
            if (_residentOnly is null)
            {
                readBytes = RandomAccess.Read(_file, space, positionBytes);
            }
            else if (!_residentOnly.TryReadResident(space, positionBytes, out readBytes))
            {
                IsCold = true;
                break;
            }

            if (readBytes == 0)
            {
                break; // The file was truncated meanwhile; the validator calls what is left incomplete.
            }

            _windowLengthBytes += readBytes;
        }

        return _window[..Math.Min(headerBytes, _windowLengthBytes)];
    }
}
