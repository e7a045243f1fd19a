using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Lookups;

/// <summary>Binary search in mapped memory: no system call, and a page fault where a page is not mapped yet.</summary>
internal sealed unsafe class MappedIndexReader : IIndexReader
{
    private readonly nuint _lengthBytes;
    private readonly int _entriesCount;
    private byte* _mapped;

    internal MappedIndexReader(IndexFile index)
    {
        using SafeFileHandle file = File.OpenHandle(index.Path);
        _entriesCount = index.EntriesCount;
        _lengthBytes = (nuint)_entriesCount * IndexFile.EntryBytes;
        void* mapped = LibC.mmap(null, _lengthBytes, LibC.PROT_READ, LibC.MAP_SHARED, (int)file.DangerousGetHandle(), 0);
        if (mapped == LibC.MAP_FAILED) throw new IOException($"mmap: {LibC.LastErrorMessage()}");
        _mapped = (byte*)mapped;
    }

    public long CallsCount => 0;

    public int Lookup(int key)
    {
        int low = 0;
        int high = _entriesCount;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (BinaryPrimitives.ReadInt32BigEndian(new ReadOnlySpan<byte>(_mapped + (middle * IndexFile.EntryBytes), sizeof(int))) <= key) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    public void Dispose()
    {
        if (_mapped != null) _ = LibC.munmap(_mapped, _lengthBytes);
        _mapped = null;
    }
}
