using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Log.Segments;

/// <summary>A piece of the active segment's file, mapped for batches to be received into.</summary>
/// <remarks>
/// The blocks are the file's own before anything is stored (fallocate), and the pages of a batch are made before it is received, so that neither
/// a full disk nor one that fails can turn a store into SIGBUS. The file is longer than its batches meanwhile, by zeros. Nobody may shorten it
/// while the window is open. Under the partition's lock.
/// </remarks>
internal sealed unsafe class AppendWindow : IDisposable
{
    /// <summary>Bytes reserved at a time: what a partition with large batches costs the disk beyond its records.</summary>
    public const int LengthBytes = 8 * 1024 * 1024;

    /// <summary>Largest batch that goes this way; larger ones would leave too much of each window unused.</summary>
    public const int BatchBytesMax = 2 * 1024 * 1024;

    private const int InvalidArgument = 22;

    private readonly SafeMemoryMappedViewHandle _view;
    private readonly byte* _memory;
    private readonly long _positionBytes;

    private AppendWindow(SafeMemoryMappedViewHandle view, long positionBytes)
    {
        _view = view;
        _positionBytes = positionBytes;
        view.AcquirePointer(ref _memory);
    }

    /// <summary>Opens a window that begins at a position, or up to a page before it.</summary>
    /// <exception cref="IOException">There is no room; the file may have become longer.</exception>
    /// <exception cref="PlatformNotSupportedException">The file system reserves no blocks.</exception>
    public static AppendWindow Open(IFileIo io, SafeFileHandle file, long positionBytes)
    {
        long startBytes = positionBytes - (positionBytes % Environment.SystemPageSize);
        io.Reserve(file, startBytes, LengthBytes);
        using var mapping = MemoryMappedFile.CreateFromFile(
            file, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        // The accessor is not disposed: that would msync, while dropping the view handle alone unmaps.
        return new AppendWindow(mapping.CreateViewAccessor(startBytes, LengthBytes).SafeMemoryMappedViewHandle, startBytes);
    }

    /// <summary>Memory of a range of the file, its pages made.</summary>
    /// <returns>Empty if the range is not within the window, or if the kernel could not make its pages.</returns>
    public Span<byte> Slice(long positionBytes, int lengthBytes)
    {
        long indexBytes = positionBytes - _positionBytes;
        // A window is opened by reserving blocks, which only Linux does.
        if (!OperatingSystem.IsLinux() || indexBytes < 0 || indexBytes + lengthBytes > LengthBytes)
        {
            return default;
        }

        long pageBytes = indexBytes % Environment.SystemPageSize;
        int result = Libc.MAdvise(_memory + (indexBytes - pageBytes), (nuint)(lengthBytes + pageBytes), Libc.PopulateWrite);
        // Before Linux 5.14 there is no such advice: then pages come as they are touched.
        return result == 0 || Marshal.GetLastPInvokeError() == InvalidArgument ? new Span<byte>(_memory + indexBytes, lengthBytes) : default;
    }

    /// <summary>Unmaps; what was stored is in the page cache and stays there.</summary>
    public void Dispose()
    {
        if (!_view.IsClosed)
        {
            _view.ReleasePointer();
            _view.Dispose();
        }
    }
}
