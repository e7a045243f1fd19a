using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Metadata.Local.Interop;

/// <summary>The fsync of a directory, which the base library does not offer: it refuses to open one.</summary>
[SupportedOSPlatform("linux")]
internal static partial class DirectorySync
{
    // Linux, all architectures that .NET runs on.
    private const int O_RDONLY = 0;
    private const int O_CLOEXEC = 0x80000;
    private const int EINTR = 4;
    private const int EINVAL = 22;

    /// <exception cref="IOException">The directory cannot be opened or flushed.</exception>
    internal static void Sync(string directory)
    {
        int descriptor;
        while ((descriptor = open(directory, O_RDONLY | O_CLOEXEC)) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != EINTR) throw Failure("open", directory, error);
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (fsync(handle) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            // Some network file systems cannot flush a directory; they write names through anyway.
            if (error == EINVAL) return;
            if (error != EINTR) throw Failure("fsync", directory, error);
        }
    }

    private static IOException Failure(string call, string directory, int error) =>
        new($"{call} of the directory {directory} failed: {new Win32Exception(error).Message}");

    /// <summary>open(2).</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    /// <summary>fsync(2).</summary>
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle descriptor);
}
