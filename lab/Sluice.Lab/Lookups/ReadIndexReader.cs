using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Lookups;

/// <summary>Binary search by pread(2): of one entry for each step, or of pages, so that the last steps need no call.</summary>
internal sealed unsafe class ReadIndexReader : IIndexReader
{
    private readonly SafeFileHandle _file;
    private readonly int _entriesCount;
    private readonly int _blockEntries;
    private readonly byte[] _block;

    /// <param name="index">The file.</param>
    /// <param name="blockBytes">Bytes of one read: 8 for an entry, 4096 for a page.</param>
    internal ReadIndexReader(IndexFile index, int blockBytes)
    {
        _file = File.OpenHandle(index.Path);
        _entriesCount = index.EntriesCount;
        _blockEntries = blockBytes / IndexFile.EntryBytes;
        _block = new byte[blockBytes];
    }

    public long CallsCount { get; private set; }

    public int Lookup(int key)
    {
        int low = 0;
        int high = _entriesCount;
        int heldIndex = -1;
        int heldCount = 0;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (heldIndex < 0 || middle < heldIndex || middle >= heldIndex + heldCount)
            {
                heldIndex = middle / _blockEntries * _blockEntries;
                heldCount = ReadBlock(heldIndex);
            }

            if (BinaryPrimitives.ReadInt32BigEndian(_block.AsSpan((middle - heldIndex) * IndexFile.EntryBytes)) <= key) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    public void Dispose() => _file.Dispose();

    private int ReadBlock(int firstIndex)
    {
        fixed (byte* block = _block)
        {
            nint read = LibC.pread((int)_file.DangerousGetHandle(), block, (nuint)_block.Length, (long)firstIndex * IndexFile.EntryBytes);
            CallsCount++;
            if (read < IndexFile.EntryBytes) throw new IOException($"pread of the index: {(read < 0 ? LibC.LastErrorMessage() : "it has become shorter")}");
            return (int)read / IndexFile.EntryBytes;
        }
    }
}
