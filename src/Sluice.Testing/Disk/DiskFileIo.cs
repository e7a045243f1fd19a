using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Testing;

/// <summary>The log's file calls, through the test's disk.</summary>
internal sealed class DiskFileIo(BrokerDisk disk) : IFileIo
{
    public SafeFileHandle Open(string path)
    {
        if (!File.Exists(path)) disk.Take();
        return FileIo.Instance.Open(path);
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes)
    {
        disk.Take();
        FileIo.Instance.Write(file, bytes, positionBytes);
    }

    public void SetLength(SafeFileHandle file, long lengthBytes)
    {
        if (lengthBytes > RandomAccess.GetLength(file)) disk.Take();
        FileIo.Instance.SetLength(file, lengthBytes);
    }

    public void Reserve(SafeFileHandle file, long positionBytes, long lengthBytes)
    {
        disk.Take();
        FileIo.Instance.Reserve(file, positionBytes, lengthBytes);
    }

    public void Copy(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes)
    {
        disk.Take();
        FileIo.Instance.Copy(from, to, positionBytes, lengthBytes);
    }

    public void Sync(SafeFileHandle file)
    {
        disk.Wait();
        FileIo.Instance.Sync(file);
    }

    public void CreateDirectory(string path)
    {
        if (!Directory.Exists(path)) disk.Take();
        FileIo.Instance.CreateDirectory(path);
    }

    // Names and removals need no room.
    public void Move(string fromPath, string toPath) => FileIo.Instance.Move(fromPath, toPath);

    public void Delete(string path) => FileIo.Instance.Delete(path);

    public void MoveDirectory(string fromPath, string toPath) => FileIo.Instance.MoveDirectory(fromPath, toPath);

    public void DeleteDirectory(string path) => FileIo.Instance.DeleteDirectory(path);

    public void SyncDirectory(string path) => FileIo.Instance.SyncDirectory(path);
}
