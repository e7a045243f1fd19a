using Microsoft.Win32.SafeHandles;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer;

/// <summary>An open file that several transfers may be reading, closed when the last of them lets go.</summary>
/// <remarks>
/// <para>
/// Whoever creates the file owns the first reference. A <see cref="FileRegion"/> carries one more, taken with
/// <see cref="TryAddReference"/>. So a file can be dropped by its owner while bytes of it are on their way to a peer:
/// the handle closes, and the file is unlinked, only after the last of those bytes.
/// </para>
/// <para>Safe on any thread.</para>
/// </remarks>
public sealed class TransferFile
{
    private readonly Action? _onReleased;
    private int _referencesCount = 1;
    private volatile string _path;
    private volatile FileLimits _limits;

    /// <summary>Takes over an open file; the caller owns the first reference.</summary>
    /// <param name="handle">Open for reading; closed with the last reference, never earlier.</param>
    /// <param name="path">Where the file lies, for messages and for the owner's own use.</param>
    /// <param name="onReleased">
    /// Runs once, after the handle was closed, on the thread that gave up the last reference (often one that just finished
    /// a send): the place to unlink or unmap. It must be short and must not throw.
    /// </param>
    public TransferFile(SafeFileHandle handle, string path, Action? onReleased = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        ArgumentNullException.ThrowIfNull(path);
        Handle = handle;
        _path = path;
        _onReleased = onReleased;
    }

    /// <summary>Opens a file to be sent; the caller owns the first reference and gives it back with <see cref="Release"/>.</summary>
    /// <param name="path">An existing file. Others may write, rename and delete it meanwhile; this file stays the one that was opened.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    /// <exception cref="IOException">The system's other reasons, in the message.</exception>
    public static TransferFile Open(string path)
    {
        // Asynchronous is what the portable path needs to hand a file to the system; the others do not mind.
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        return new TransferFile(handle, path);
    }

    /// <summary>The open file; valid while the caller holds a reference, and never the caller's to close.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Where the file lies now; set again by the owner after a rename.</summary>
    public string Path
    {
        get => _path;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _path = value;
        }
    }

    /// <summary>Whether the kernel has refused to send this file without a copy, so that its regions are copied from then on.</summary>
    /// <remarks>Some file systems cannot be spliced. Found out by the first send that tries; false until then.</remarks>
    public bool IsSendFileRefused => (_limits & FileLimits.NoSendFile) != 0;

    /// <summary>References held at this moment: for tests and diagnostics, stale as soon as it is read.</summary>
    internal int ReferencesCount => Volatile.Read(ref _referencesCount);

    /// <summary>What the kernel has refused to do with this file; asked once, remembered for the next transfer.</summary>
    internal FileLimits Limits => _limits;

    /// <summary>Takes one more reference, to be given back with <see cref="Release"/>.</summary>
    /// <returns>False once the last reference is gone: the file is closed and stays closed.</returns>
    public bool TryAddReference()
    {
        int count = Volatile.Read(ref _referencesCount);
        while (count > 0)
        {
            int seen = Interlocked.CompareExchange(ref _referencesCount, count + 1, count);
            if (seen == count)
            {
                return true;
            }

            count = seen;
        }

        return false;
    }

    /// <summary>Asks how long the file is now.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public long ReadLengthBytes() => RandomAccess.GetLength(Handle);

    /// <summary>Makes a region with a reference of its own; the file stays open at least as long.</summary>
    /// <param name="positionBytes">Where the region begins; 0 or more.</param>
    /// <param name="lengthBytes">How long it is; 0 or more. Not compared with the file: a send finds out.</param>
    /// <returns>To be given to a frame, or released, once.</returns>
    /// <exception cref="ObjectDisposedException">The last reference is gone.</exception>
    public FileRegion TakeRegion(long positionBytes, int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(positionBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        ObjectDisposedException.ThrowIf(!TryAddReference(), this);
        return new FileRegion(this, positionBytes, lengthBytes);
    }

    /// <summary>Gives one reference back; the last one closes the file and then runs what the creator asked for.</summary>
    /// <exception cref="InvalidOperationException">More references were given back than taken.</exception>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _referencesCount);
        if (left > 0)
        {
            return;
        }

        if (left < 0)
        {
            // Checked in every build: one release too many means that some other holder's file closes under it.
            throw new InvalidOperationException($"'{_path}' was released more often than it was referenced.");
        }

        Handle.Dispose();
        _onReleased?.Invoke();
    }

    /// <summary>Reads what is in memory; never waits for the disk where the system can promise that.</summary>
    /// <param name="buffer">Filled from its start; not empty.</param>
    /// <param name="positionBytes">Where in the file; 0 or more.</param>
    /// <param name="readBytes">How many bytes were read: fewer than fit where the rest is not in memory, 0 at the end of the file.</param>
    /// <returns>
    /// False if the first byte is not in memory: <see cref="ColdReadPool.ReadInAsync"/> brings it. Where the kernel or the file system
    /// cannot read in this way (RWF_NOWAIT, Linux 4.14 on) the read waits like any other, and this is never false.
    /// </returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool TryReadResident(Span<byte> buffer, long positionBytes, out int readBytes)
    {
        while (LibC.IsSupported && (_limits & FileLimits.NoReadNoWait) == 0)
        {
            nint read = default(Kernel).ReadNoWait(Handle, buffer, positionBytes);
            readBytes = (int)Math.Max(read, 0);
            switch ((int)-read)
            {
                case <= 0:
                    return true;
                case Errno.EAGAIN:
                    return false;
                case Errno.EINTR:
                    continue;
                case Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL:
                    AddLimit(FileLimits.NoReadNoWait);
                    continue;
            }

            // The read below meets the same error, and the base library makes the exception for it.
            break;
        }

        readBytes = RandomAccess.Read(Handle, buffer, positionBytes);
        return true;
    }

    internal void AddLimit(FileLimits limit)
    {
        // Two threads may add different limits at once and one be lost: it is found again by the next transfer.
        _limits |= limit;
    }
}
