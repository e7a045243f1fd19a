using Sluice.Log.Storage;

namespace Sluice.Log.Indexes;

/// <summary>The <c>.index</c> file of one segment: sparse map from offsets to positions in the <c>.log</c>.</summary>
/// <remarks>
/// One writer under the partition's lock; readers hold a reference on the segment and take no lock. An entry is stored before the count that
/// covers it is published.
/// </remarks>
internal sealed class OffsetIndex : IDisposable
{
    private readonly MappedIndexFile _file;
    private readonly long _baseOffset;
    private int _count;
    private int _countMax;

    /// <summary>Opens or creates the file. Every 8 bytes of it are taken for an entry until <see cref="CutToCount"/> says otherwise.</summary>
    public OffsetIndex(IFileIo io, string path, long baseOffset)
    {
        _file = new MappedIndexFile(io, path);
        _baseOffset = baseOffset;
        _count = (int)(_file.LengthBytes / OffsetIndexEntries.EntryBytes);
        _countMax = _count;
    }

    /// <summary>Number of entries that readers may look at.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the segment must roll before it can get another entry.</summary>
    public bool IsFull => _count >= _countMax;

    /// <summary>Bytes that the file occupies by name, preallocation included.</summary>
    public long FileBytes => _file.LengthBytes;

    /// <summary>Whether the file's length is a whole number of entries.</summary>
    public bool HasWholeEntries => _file.LengthBytes % OffsetIndexEntries.EntryBytes == 0;

    public OffsetIndexEntries Entries => new(_file.Read(Count * OffsetIndexEntries.EntryBytes));

    /// <summary>Last entry at or below an offset; the start of the segment if there is none.</summary>
    public (long Offset, int PositionBytes) Lookup(long offset)
    {
        (int relativeOffset, int positionBytes) = Entries.Lookup(offset - _baseOffset);
        return (_baseOffset + relativeOffset, positionBytes);
    }

    /// <summary>Last entry whose batch begins at or below a position; the start of the segment if there is none.</summary>
    public (long Offset, int PositionBytes) LookupPosition(long positionBytes)
    {
        (int relativeOffset, int entryPositionBytes) = Entries.LookupPosition(positionBytes);
        return (_baseOffset + relativeOffset, entryPositionBytes);
    }

    /// <summary>Last entry, or the start of the segment.</summary>
    public (long Offset, int PositionBytes) Last()
    {
        OffsetIndexEntries entries = Entries;
        if (entries.Count == 0)
        {
            return (_baseOffset, 0);
        }

        (int relativeOffset, int positionBytes) = entries.At(entries.Count - 1);
        return (_baseOffset + relativeOffset, positionBytes);
    }

    /// <summary>Makes sure that the next <see cref="Append"/> cannot fail.</summary>
    /// <exception cref="IOException">The disk has no room for it.</exception>
    public void ReserveOne() => _file.Reserve((long)_count * OffsetIndexEntries.EntryBytes, OffsetIndexEntries.EntryBytes);

    /// <summary>Adds an entry: <paramref name="offset"/> is the last one of the batch that begins at <paramref name="positionBytes"/>.</summary>
    public void Append(long offset, int positionBytes)
    {
        if (IsFull)
        {
            throw new InvalidOperationException($"Offset index {_file.Path} has no room for another entry; the segment should have rolled.");
        }

        int relativeOffset = checked((int)(offset - _baseOffset));
        OffsetIndexEntries.Write(
            _file.Write((long)_count * OffsetIndexEntries.EntryBytes, OffsetIndexEntries.EntryBytes), relativeOffset, positionBytes);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Keeps the entries below an offset.</summary>
    public void TruncateTo(long offset)
    {
        int count = Entries.CountBelow(offset - _baseOffset);
        int removedCount = _count - count;
        Volatile.Write(ref _count, count);
        _file.Clear((long)count * OffsetIndexEntries.EntryBytes, (long)(count + removedCount) * OffsetIndexEntries.EntryBytes);
    }

    /// <summary>Keeps the first entries and cuts the file behind them. Only while nobody reads: when a log is loaded.</summary>
    public void CutToCount(int count)
    {
        _count = Math.Min(count, _count);
        _countMax = _count;
        _file.Cut((long)_count * OffsetIndexEntries.EntryBytes);
    }

    /// <summary>Gives the file its full size, for a segment that is appended to.</summary>
    public void Expand(int indexBytesMax)
    {
        int countMax = Math.Max(indexBytesMax / OffsetIndexEntries.EntryBytes, _count);
        _file.Expand((long)countMax * OffsetIndexEntries.EntryBytes);
        _countMax = countMax;
    }

    /// <summary>Makes room for so many entries where there is less.</summary>
    public void EnsureRoom(int count)
    {
        if (count > _countMax)
        {
            Expand(count * OffsetIndexEntries.EntryBytes);
        }
    }

    /// <summary>Cuts the file behind its last entry, for a segment that is not appended to any more.</summary>
    public void Trim()
    {
        _file.Trim((long)_count * OffsetIndexEntries.EntryBytes);
        _countMax = _count;
    }

    public string Path => _file.Path;

    public void MoveTo(string path) => _file.Path = path;

    public void Sync() => _file.Sync();

    public void CloseDescriptor() => _file.CloseDescriptor();

    public void Dispose() => _file.Dispose();
}
