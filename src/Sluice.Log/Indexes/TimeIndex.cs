using Sluice.Log.Storage;

namespace Sluice.Log.Indexes;

/// <summary>The <c>.timeindex</c> file of one segment: sparse map from timestamps to offsets.</summary>
/// <remarks>One writer under the partition's lock; readers hold a reference on the segment and take no lock.</remarks>
internal sealed class TimeIndex : IDisposable
{
    private readonly MappedIndexFile _file;
    private readonly long _baseOffset;
    private int _count;
    private int _countMax;

    /// <summary>Opens or creates the file. Every 12 bytes of it are taken for an entry until <see cref="CutToCount"/> says otherwise.</summary>
    public TimeIndex(IFileIo io, string path, long baseOffset)
    {
        _file = new MappedIndexFile(io, path);
        _baseOffset = baseOffset;
        _count = (int)(_file.LengthBytes / TimeIndexEntries.EntryBytes);
        _countMax = _count;
    }

    /// <summary>Number of entries that readers may look at.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the segment must roll: one slot stays free for the entry that sealing adds.</summary>
    public bool IsFull => _count >= _countMax - 1;

    /// <summary>Whether the file's length is a whole number of entries.</summary>
    public bool HasWholeEntries => _file.LengthBytes % TimeIndexEntries.EntryBytes == 0;

    public TimeIndexEntries Entries => new(_file.Read(Count * TimeIndexEntries.EntryBytes));

    /// <summary>Timestamp and offset of the last entry; (-1, base offset) if there is none.</summary>
    public (long TimestampMs, long Offset) Last()
    {
        TimeIndexEntries entries = Entries;
        return entries.Count == 0
            ? (-1, _baseOffset)
            : (entries.TimestampAt(entries.Count - 1), _baseOffset + entries.RelativeOffsetAt(entries.Count - 1));
    }

    /// <summary>Offset below which every record's timestamp is at or below <paramref name="timestampMs"/>.</summary>
    public long Lookup(long timestampMs) => _baseOffset + Entries.Lookup(timestampMs);

    /// <summary>Makes sure that the next <see cref="AppendIfNewer"/> cannot fail.</summary>
    /// <exception cref="IOException">The disk has no room for it.</exception>
    public void ReserveOne()
    {
        if (_count < _countMax)
        {
            _file.Reserve((long)_count * TimeIndexEntries.EntryBytes, TimeIndexEntries.EntryBytes);
        }
    }

    /// <summary>Adds an entry unless the last one already covers the timestamp.</summary>
    /// <param name="timestampMs">Largest timestamp of the segment so far; nothing is added for -1.</param>
    /// <param name="offset">Last offset of the first batch that has it.</param>
    public void AppendIfNewer(long timestampMs, long offset)
    {
        (long lastTimestampMs, long lastOffset) = Last();
        if (timestampMs <= lastTimestampMs || offset < lastOffset || _count >= _countMax)
        {
            return;
        }

        int relativeOffset = checked((int)(offset - _baseOffset));
        TimeIndexEntries.Write(
            _file.Write((long)_count * TimeIndexEntries.EntryBytes, TimeIndexEntries.EntryBytes), timestampMs, relativeOffset);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Keeps the entries below an offset.</summary>
    public void TruncateTo(long offset)
    {
        int count = Entries.CountBelow(offset - _baseOffset);
        int removedCount = _count - count;
        Volatile.Write(ref _count, count);
        _file.Clear((long)count * TimeIndexEntries.EntryBytes, (long)(count + removedCount) * TimeIndexEntries.EntryBytes);
    }

    /// <summary>Keeps the first entries and cuts the file behind them. Only while nobody reads: when a log is loaded.</summary>
    public void CutToCount(int count)
    {
        _count = Math.Min(count, _count);
        _countMax = _count;
        _file.Cut((long)_count * TimeIndexEntries.EntryBytes);
    }

    /// <summary>Gives the file its full size, for a segment that is appended to.</summary>
    public void Expand(int indexBytesMax)
    {
        int countMax = Math.Max(indexBytesMax / TimeIndexEntries.EntryBytes, _count + 1);
        _file.Expand((long)countMax * TimeIndexEntries.EntryBytes);
        _countMax = countMax;
    }

    /// <summary>Makes room for so many entries where there is less.</summary>
    public void EnsureRoom(int count)
    {
        if (count > _countMax)
        {
            Expand(count * TimeIndexEntries.EntryBytes);
        }
    }

    /// <summary>Cuts the file behind its last entry, for a segment that is not appended to any more.</summary>
    public void Trim()
    {
        _file.Trim((long)_count * TimeIndexEntries.EntryBytes);
        _countMax = _count;
    }

    public string Path => _file.Path;

    public void MoveTo(string path) => _file.Path = path;

    public void Sync() => _file.Sync();

    public void CloseDescriptor() => _file.CloseDescriptor();

    public void Dispose() => _file.Dispose();
}
