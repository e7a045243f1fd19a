using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Inspection;

/// <summary>Reads the entries of an index file one after the other, through a small buffer.</summary>
/// <remarks>
/// The indexes of a segment that is appended to are preallocated with zeros. Entries ascend, so where they end is found by halving; an index
/// whose entries do not ascend is wrong anyway. Reads only; for one thread at a time.
/// </remarks>
internal sealed class IndexFileReader : IDisposable
{
    private const int BufferEntries = 1024;

    private readonly SafeFileHandle _file;
    private readonly int _entryBytes;
    private readonly byte[] _buffer;
    private int _bufferSlot = -1;
    private int _bufferCount;

    /// <param name="path">The file.</param>
    /// <param name="entryBytes">Bytes of an entry.</param>
    /// <param name="isPreallocated">Whether zeros at the end are no entries.</param>
    public IndexFileReader(string path, int entryBytes, bool isPreallocated)
    {
        _file = ReadOnlyFile.Open(path);
        _entryBytes = entryBytes;
        _buffer = new byte[BufferEntries * entryBytes];
        FileBytes = RandomAccess.GetLength(_file);
        int slotsCount = (int)Math.Min(FileBytes / entryBytes, int.MaxValue);
        Count = isPreallocated && slotsCount > 0 && IsZero(slotsCount - 1) ? FindEnd(slotsCount) : slotsCount;
        IsCut = Count == slotsCount;
    }

    public long FileBytes { get; }

    /// <summary>Entries, without zeros at the end of a preallocated file.</summary>
    public int Count { get; }

    /// <summary>Whether nothing follows the last entry but a part of one.</summary>
    public bool IsCut { get; }

    public bool HasWholeEntries => FileBytes % _entryBytes == 0;

    /// <summary>Bytes of an entry; valid until the next call. Zeros if the file has been cut meanwhile.</summary>
    public ReadOnlySpan<byte> At(int slot)
    {
        if (_bufferSlot < 0 || slot < _bufferSlot || slot >= _bufferSlot + _bufferCount)
        {
            Load(slot);
        }

        return _buffer.AsSpan((slot - _bufferSlot) * _entryBytes, _entryBytes);
    }

    public void Dispose() => _file.Dispose();

    private void Load(int slot)
    {
        Array.Clear(_buffer);
        _bufferSlot = slot;
        _bufferCount = BufferEntries;
        int doneBytes = 0;
        while (doneBytes < _buffer.Length)
        {
            int readBytes = RandomAccess.Read(_file, _buffer.AsSpan(doneBytes), ((long)slot * _entryBytes) + doneBytes);
            if (readBytes == 0)
            {
                return;
            }

            doneBytes += readBytes;
        }
    }

    private bool IsZero(int slot)
    {
        Span<byte> entry = stackalloc byte[_entryBytes];
        int readBytes = RandomAccess.Read(_file, entry, (long)slot * _entryBytes);
        return !entry[..readBytes].ContainsAnyExcept((byte)0);
    }

    // Invariant: the entry before low is not zero, the one at high is.
    private int FindEnd(int slotsCount)
    {
        int low = 0;
        int high = slotsCount - 1;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (IsZero(middle))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
