using Microsoft.Win32.SafeHandles;
using Sluice.Log.Indexes;
using Sluice.Log.Segments;
using Sluice.Log.Storage;

namespace Sluice.Log.Inspection;

/// <summary>A segment of a copy: its file, written through a buffer, and its indexes.</summary>
internal sealed class CopiedSegment : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly IFileIo _io;
    private readonly SegmentPaths _paths;
    private readonly SafeFileHandle _file;
    private readonly SegmentIndexBuilder _indexes;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _bufferedBytes;
    private long _writtenBytes;

    public CopiedSegment(IFileIo io, string directory, long baseOffset)
    {
        _io = io;
        _paths = new SegmentPaths(baseOffset, SegmentFiles.Path(directory, baseOffset, SegmentFiles.LogExtension));
        _file = io.Open(_paths.LogPath);
        _indexes = new SegmentIndexBuilder(baseOffset, LogConfig.Default.IndexIntervalBytes);
    }

    public long SizeBytes => _writtenBytes + _bufferedBytes;

    public void Write(ReadOnlySpan<byte> batch, in BatchHeader header)
    {
        _indexes.Add(header.LastOffset, header.RecordsMaxTimestamp, batch.Length);
        if (_bufferedBytes + batch.Length > _buffer.Length)
        {
            Flush();
        }

        if (batch.Length > _buffer.Length)
        {
            _io.Write(_file, batch, _writtenBytes);
            _writtenBytes += batch.Length;
            return;
        }

        batch.CopyTo(_buffer.AsSpan(_bufferedBytes));
        _bufferedBytes += batch.Length;
    }

    public void AddAborted(in AbortedTransactionEntry entry) => _indexes.AddAborted(entry);

    /// <summary>Writes what is left and the indexes; everything but the names is on the device when it returns.</summary>
    public void Finish()
    {
        Flush();
        _io.Sync(_file);
        _indexes.Seal();
        AtomicFile.Replace(_io, _paths.OffsetIndexPath, _indexes.OffsetIndex, fsync: true, callerSyncsDirectory: true);
        AtomicFile.Replace(_io, _paths.TimeIndexPath, _indexes.TimeIndex, fsync: true, callerSyncsDirectory: true);
        if (!_indexes.TransactionIndex.IsEmpty)
        {
            AtomicFile.Replace(_io, _paths.TransactionIndexPath, _indexes.TransactionIndex, fsync: true, callerSyncsDirectory: true);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        if (_bufferedBytes > 0)
        {
            _io.Write(_file, _buffer.AsSpan(0, _bufferedBytes), _writtenBytes);
            _writtenBytes += _bufferedBytes;
            _bufferedBytes = 0;
        }
    }
}
