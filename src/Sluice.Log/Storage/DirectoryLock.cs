using Microsoft.Win32.SafeHandles;

namespace Sluice.Log.Storage;

/// <summary>The <c>.lock</c> file of a log directory, held for as long as the directory is open.</summary>
/// <remarks>
/// Two kinds of lock on one file: the base library's keeps other processes and other instances in this process out, the POSIX record lock
/// keeps Apache Kafka out.
/// </remarks>
internal sealed class DirectoryLock : IDisposable
{
    public const string FileName = ".lock";

    private readonly SafeFileHandle _file;

    private DirectoryLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="LogDirectoryLockedException">Somebody else has it.</exception>
    public static DirectoryLock Take(string logDirectory)
    {
        string path = Path.Combine(logDirectory, FileName);
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new LogDirectoryLockedException(logDirectory, exception);
        }

        if (!OperatingSystem.IsWindows() && Libc.LockF(file, Libc.TestAndLock, 0) != 0)
        {
            file.Dispose();
            throw new LogDirectoryLockedException(logDirectory, innerException: null);
        }

        return new DirectoryLock(file);
    }

    public void Dispose() => _file.Dispose();
}
