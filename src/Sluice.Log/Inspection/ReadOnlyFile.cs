using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Inspection;

/// <summary>Opens files that somebody else may be writing, renaming or deleting.</summary>
internal static class ReadOnlyFile
{
    /// <summary>Longest text or snapshot file that is read whole; a partition with a million producers stays below it.</summary>
    private const long WholeBytesMax = 64 * 1024 * 1024;

    public static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Reads a small file whole.</summary>
    /// <exception cref="InvalidDataException">It is too long for what it should be.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadAll(string path)
    {
        using SafeFileHandle file = Open(path);
        long lengthBytes = RandomAccess.GetLength(file);
        if (lengthBytes > WholeBytesMax)
        {
            throw new InvalidDataException($"{path} has {lengthBytes} bytes; at most {WholeBytesMax} are looked at.");
        }

        var bytes = new byte[lengthBytes];
        int doneBytes = 0;
        while (doneBytes < bytes.Length)
        {
            int readBytes = RandomAccess.Read(file, bytes.AsSpan(doneBytes), doneBytes);
            if (readBytes == 0)
            {
                return bytes[..doneBytes];
            }

            doneBytes += readBytes;
        }

        return bytes;
    }

    /// <summary>Bytes of a file; 0 if it is not there.</summary>
    public static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
