using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Lookups;

/// <summary>An index as logs have them: entries of 8 bytes in big-endian order, a growing key and a position. Removed when disposed.</summary>
internal sealed class IndexFile : IDisposable
{
    internal const int EntryBytes = 8;
    internal const int KeyStep = 3;

    private IndexFile(string path, int entriesCount)
    {
        Path = path;
        EntriesCount = entriesCount;
    }

    internal string Path { get; }

    internal int EntriesCount { get; }

    /// <summary>Makes one whose keys are the multiples of <see cref="KeyStep"/>, flushed to its disk.</summary>
    /// <exception cref="LabException">It cannot be made there.</exception>
    internal static IndexFile Create(string folder, long lengthBytes)
    {
        string path = System.IO.Path.Combine(folder, $"sluice-lab-{Guid.NewGuid():N}.index");
        int entriesCount = (int)(lengthBytes / EntryBytes);
        byte[] bytes = new byte[entriesCount * EntryBytes];
        for (int index = 0; index < entriesCount; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(index * EntryBytes), index * KeyStep);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((index * EntryBytes) + 4), index);
        }

        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(file, bytes, 0);
            RandomAccess.FlushToDisk(file);
            return new IndexFile(path, entriesCount);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw new LabException($"the index cannot be made in {folder}: {exception.Message}");
        }
    }

    /// <summary>Has the kernel drop the file from the page cache; it must not be mapped.</summary>
    internal void Evict()
    {
        using SafeFileHandle file = File.OpenHandle(Path);
        _ = LibC.posix_fadvise((int)file.DangerousGetHandle(), 0, 0, LibC.POSIX_FADV_DONTNEED);
    }

    public void Dispose() => File.Delete(Path);
}
