using System.Runtime.InteropServices;

namespace Sluice.Log.Storage;

/// <summary>Tells want of room, from which a log recovers once there is some, and a refused name from a broken disk.</summary>
internal static class DiskErrors
{
    // errno(3); the same on Linux and macOS where no name says otherwise.
    private const int NotPermitted = 1;
    private const int OutOfMemory = 12;
    private const int Exists = 17;
    private const int NotADirectory = 20;
    private const int IsADirectory = 21;
    private const int SystemFileTableFull = 23;
    private const int TooManyOpenFiles = 24;
    private const int NoSpaceLeft = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceededLinux = 122;
    private const int QuotaExceededMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>
    /// Whether an I/O error says that there was no room, and nothing else is wrong: on the disk, in the user's quota, in memory, or among
    /// the files that a process may have open.
    /// </summary>
    public static bool IsShortage(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : exception.HResult is NoSpaceLeft or TooManyOpenFiles or SystemFileTableFull or OutOfMemory
            || exception.HResult == (OperatingSystem.IsMacOS() ? QuotaExceededMac : QuotaExceededLinux);

    /// <summary>
    /// Whether making a file or directory failed in a way that says nothing against those that are there: no room, no permission, a name
    /// that is taken.
    /// </summary>
    public static bool IsRefusal(Exception exception) => exception switch
    {
        UnauthorizedAccessException or PathTooLongException or DirectoryNotFoundException => true,
        IOException io when IsShortage(io) => true,
        IOException io => !OperatingSystem.IsWindows()
            && io.HResult is NotPermitted or Exists or NotADirectory or IsADirectory or ReadOnlyFileSystem,
        _ => false,
    };

    /// <summary>Whether an exception that file calls threw is the file system's doing.</summary>
    public static bool IsStorageError(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Builds the exception for an errno, with the errno as its HResult as the base library does.</summary>
    public static IOException FromErrno(int error, string what) =>
        new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
}
