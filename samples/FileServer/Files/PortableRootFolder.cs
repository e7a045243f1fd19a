using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Samples.FileServer.Files;

/// <summary>Every other system: walks the path itself, and refuses every link on it.</summary>
/// <remarks>
/// Whoever can write below the root could exchange a folder for a link between the walk and the open: serve only folders
/// that untrusted people cannot write to.
/// </remarks>
internal sealed class PortableRootFolder(string root) : RootFolder
{
    private static readonly char[] s_neverInNames = [.. Path.GetInvalidFileNameChars(), ':', '\\'];
    private readonly string _root = Path.GetFullPath(root);

    public override OpenedFile Open(ReadOnlySpan<byte> path)
    {
        string full = _root;
        try
        {
            foreach (string name in new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                // Windows drops dots and spaces at the end of a name, so that the name that is opened is not the one that was asked for.
                if (name.IndexOfAny(s_neverInNames) >= 0 || name[^1] is '.' or ' ')
                {
                    return OpenedFile.Failed(404);
                }

                full = Path.Combine(full, name);
                if (new FileInfo(full).LinkTarget is not null)
                {
                    return OpenedFile.Failed(403);
                }
            }

            return Directory.Exists(full) ? OpenedFile.Failed(301) : OpenFile(full);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or PathTooLongException or ArgumentException)
        {
            return OpenedFile.Failed(404);
        }
        catch (UnauthorizedAccessException)
        {
            return OpenedFile.Failed(403);
        }
        catch (IOException)
        {
            return OpenedFile.Failed(503);
        }
    }

    public override void Dispose()
    {
    }

    private static OpenedFile OpenFile(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        DateTime modified = File.GetLastWriteTimeUtc(handle);
        long lengthBytes = RandomAccess.GetLength(handle);
        string version = string.Create(CultureInfo.InvariantCulture, $"{lengthBytes:x}-{modified.Ticks:x}");
        return new OpenedFile(200, handle, lengthBytes, new DateTimeOffset(modified), version);
    }
}
