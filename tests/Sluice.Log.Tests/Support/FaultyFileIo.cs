using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Log.Tests.Support;

/// <summary>File calls that fail when a test says so.</summary>
internal sealed class FaultyFileIo : IFileIo
{
    /// <summary>The errno of a full disk, as the base library puts it into an exception.</summary>
    public static readonly IOException DiskFull = new("No space left on device", 28);

    public static readonly IOException Broken = new("Input/output error", 5);

    private int _writes;
    private int _syncs;

    /// <summary>Thrown by the calls that <see cref="Fails"/> selects; null for none.</summary>
    public IOException? Failure { get; set; }

    /// <summary>Which calls fail, by name; all of them by default.</summary>
    public Func<string, bool> Fails { get; set; } = _ => true;

    /// <summary>Share of the bytes that a failing write still writes, as a full disk does.</summary>
    public double WrittenShare { get; set; }

    public int WritesCount => _writes;

    public int SyncsCount => _syncs;

    public SafeFileHandle Open(string path)
    {
        ThrowIfFailing(nameof(Open));
        return FileIo.Instance.Open(path);
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes)
    {
        Interlocked.Increment(ref _writes);
        if (Failure is not null && Fails(nameof(Write)))
        {
            FileIo.Instance.Write(file, bytes[..(int)(bytes.Length * WrittenShare)], positionBytes);
        }

        ThrowIfFailing(nameof(Write));
        FileIo.Instance.Write(file, bytes, positionBytes);
    }

    public void SetLength(SafeFileHandle file, long lengthBytes)
    {
        ThrowIfFailing(nameof(SetLength));
        FileIo.Instance.SetLength(file, lengthBytes);
    }

    public void Reserve(SafeFileHandle file, long positionBytes, long lengthBytes)
    {
        ThrowIfFailing(nameof(Reserve));
        FileIo.Instance.Reserve(file, positionBytes, lengthBytes);
    }

    public void Copy(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes)
    {
        ThrowIfFailing(nameof(Copy));
        FileIo.Instance.Copy(from, to, positionBytes, lengthBytes);
    }

    public void Sync(SafeFileHandle file)
    {
        Interlocked.Increment(ref _syncs);
        ThrowIfFailing(nameof(Sync));
        FileIo.Instance.Sync(file);
    }

    public void Move(string fromPath, string toPath)
    {
        ThrowIfFailing(nameof(Move));
        FileIo.Instance.Move(fromPath, toPath);
    }

    public void Delete(string path)
    {
        ThrowIfFailing(nameof(Delete));
        FileIo.Instance.Delete(path);
    }

    public void CreateDirectory(string path)
    {
        ThrowIfFailing(nameof(CreateDirectory));
        FileIo.Instance.CreateDirectory(path);
    }

    public void MoveDirectory(string fromPath, string toPath)
    {
        ThrowIfFailing(nameof(MoveDirectory));
        FileIo.Instance.MoveDirectory(fromPath, toPath);
    }

    public void DeleteDirectory(string path)
    {
        ThrowIfFailing(nameof(DeleteDirectory));
        FileIo.Instance.DeleteDirectory(path);
    }

    public void SyncDirectory(string path)
    {
        ThrowIfFailing(nameof(SyncDirectory));
        FileIo.Instance.SyncDirectory(path);
    }

    private void ThrowIfFailing(string call)
    {
        if (Failure is { } failure && Fails(call))
        {
            throw failure;
        }
    }
}
