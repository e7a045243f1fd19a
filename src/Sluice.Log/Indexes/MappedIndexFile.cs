using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Log.Indexes;

/// <summary>A file of fixed-size index entries, mapped into memory.</summary>
/// <remarks>
/// Written under the partition's lock by one thread; read by any, without a lock, below the entry count that the writer has published.
/// A mapping is never replaced under a reader: a larger one is added and the old one stays until <see cref="Dispose"/>, which the owner calls
/// when the segment's last reference is gone.
/// <para>
/// The file is sparse. A store into a page that the disk has no room for would kill the process (SIGBUS), so a page is first written through
/// the file: <see cref="Reserve"/> turns a full disk into an exception.
/// </para>
/// </remarks>
internal sealed unsafe class MappedIndexFile : IDisposable
{
    private const int PageBytes = 4096;

    private readonly IFileIo _io;
    private readonly List<SafeMemoryMappedViewHandle> _views = [];
    private SafeFileHandle? _file;
    private byte* _memory;
    private long _mappedBytes;
    private long _reservedBytes;
    private long _trimmedBytes = -1;
    private bool _clearedUnderReaders;
    private bool _disposed;

    /// <summary>Opens or creates the file and maps what is there; <see cref="LengthBytes"/> says how much.</summary>
    public MappedIndexFile(IFileIo io, string path)
    {
        _io = io;
        Path = path;
        _file = io.Open(path);
        LengthBytes = RandomAccess.GetLength(_file);
        _reservedBytes = LengthBytes;
        Map(LengthBytes);
    }

    /// <summary>Where the file is now; set by the owner after a rename.</summary>
    public string Path { get; set; }

    /// <summary>Current length of the file.</summary>
    public long LengthBytes { get; private set; }

    /// <summary>The first bytes of the mapping.</summary>
    /// <param name="lengthBytes">Not above the length that the file had while mapped.</param>
    public ReadOnlySpan<byte> Read(int lengthBytes) => new(_memory, lengthBytes);

    /// <summary>Memory to store one entry into; reserve it first.</summary>
    public Span<byte> Write(long positionBytes, int lengthBytes) => new(_memory + positionBytes, lengthBytes);

    /// <summary>Makes sure that stores up to a position cannot fail for want of room on the disk.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    public void Reserve(long usedBytes, int entryBytes)
    {
        OpenFile(); // Written from here on, so that it must be synced one day.
        long neededBytes = usedBytes + entryBytes;
        if (neededBytes <= _reservedBytes)
        {
            return;
        }

        long reservedBytes = Math.Min((neededBytes + PageBytes - 1) / PageBytes * PageBytes, LengthBytes);
        Span<byte> zeros = stackalloc byte[2 * PageBytes];
        zeros.Clear();
        long positionBytes = Math.Max(usedBytes, reservedBytes - zeros.Length);
        _io.Write(OpenFile(), zeros[..(int)(reservedBytes - positionBytes)], positionBytes);
        _reservedBytes = reservedBytes;
    }

    /// <summary>Lengthens the file and the mapping: full size for an active segment. Does nothing if the file is that long.</summary>
    public void Expand(long lengthBytes)
    {
        _trimmedBytes = -1;
        if (lengthBytes > LengthBytes)
        {
            _io.SetLength(OpenFile(), lengthBytes);
            LengthBytes = lengthBytes;
        }

        if (lengthBytes > _mappedBytes)
        {
            Map(lengthBytes);
        }
    }

    /// <summary>Cuts the file behind its last entry.</summary>
    /// <remarks>Readers below the published count do not notice. After <see cref="Clear"/> some reader may still hold a higher count, and a load
    /// from beyond the end of the file would kill the process, so the cut then waits for <see cref="Dispose"/>.</remarks>
    public void Trim(long usedBytes)
    {
        if (_clearedUnderReaders || OperatingSystem.IsWindows())
        {
            _trimmedBytes = usedBytes; // Windows cannot cut a mapped file at all.
            return;
        }

        Cut(usedBytes);
    }

    /// <summary>Cuts the file at once. Only while nobody reads: when a log is loaded.</summary>
    public void Cut(long usedBytes)
    {
        if (usedBytes != LengthBytes)
        {
            _io.SetLength(OpenFile(), usedBytes);
            LengthBytes = usedBytes;
            _reservedBytes = Math.Min(_reservedBytes, usedBytes);
        }
    }

    /// <summary>Zeroes entries that a truncation removed: behind its last entry an index that is not trimmed is zero.</summary>
    public void Clear(long fromBytes, long toBytes)
    {
        if (toBytes > fromBytes)
        {
            _clearedUnderReaders = true;
            new Span<byte>(_memory + fromBytes, (int)(toBytes - fromBytes)).Clear();
        }
    }

    /// <summary>Waits until the entries are on the device. A file whose descriptor is closed has not been written since it was opened.</summary>
    public void Sync()
    {
        if (_file is { } file)
        {
            _io.Sync(file);
        }
    }

    /// <summary>Closes the descriptor: a broker of thousands of partitions needs one for each log, and not three. It is opened again at the next entry.</summary>
    /// <remarks>Of a file that has not been written since it was opened or synced. Under the partition's lock, by the thread that syncs; or before anybody
    /// else knows of the index.</remarks>
    public void CloseDescriptor()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Unmaps. No reader may be left.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (SafeMemoryMappedViewHandle view in _views)
        {
            view.ReleasePointer();
            view.Dispose();
        }

        _memory = null;
        CutAfterUnmapping();
        _file?.Dispose();
    }

    private void CutAfterUnmapping()
    {
        if (_trimmedBytes < 0 || !File.Exists(Path))
        {
            return;
        }

        try
        {
            Cut(_trimmedBytes);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            // An index that is too long is found out, and built anew, when the log is opened.
        }
    }

    private SafeFileHandle OpenFile() => _file ??= _io.Open(Path);

    private void Map(long lengthBytes)
    {
        if (lengthBytes == 0)
        {
            return;
        }

        using var mapping = MemoryMappedFile.CreateFromFile(
            OpenFile(), mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        // The accessor is not disposed: that would msync, while dropping the view handle alone unmaps.
        SafeMemoryMappedViewHandle view = mapping.CreateViewAccessor(0, lengthBytes).SafeMemoryMappedViewHandle;
        byte* memory = null;
        view.AcquirePointer(ref memory);
        _views.Add(view);
        _memory = memory;
        _mappedBytes = lengthBytes;
    }
}
