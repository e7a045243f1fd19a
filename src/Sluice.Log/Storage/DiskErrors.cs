using System.Runtime.InteropServices;

namespace Sluice.Log.Storage;

/// <summary>Tells a full disk, from which a log recovers once there is room, from a broken one.</summary>
internal static class DiskErrors
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceededLinux = 122;
    private const int QuotaExceededMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether an I/O error says that there was no room, and nothing else is wrong.</summary>
    public static bool IsDiskFull(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : exception.HResult == NoSpaceLeft || exception.HResult == (OperatingSystem.IsMacOS() ? QuotaExceededMac : QuotaExceededLinux);

    /// <summary>Whether an exception that file calls threw is the file system's doing.</summary>
    public static bool IsStorageError(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Builds the exception for an errno, with the errno as its HResult as the base library does.</summary>
    public static IOException FromErrno(int error, string what) =>
        new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
}
