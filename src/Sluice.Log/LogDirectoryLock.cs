using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Log;

/// <summary>The <c>.lock</c> file of a log directory, held for as long as the directory is open.</summary>
/// <remarks>
/// Two kinds of lock on one file: the base library's keeps other processes and other instances in this process out, the POSIX record lock
/// keeps Apache Kafka out.
/// </remarks>
public sealed class LogDirectoryLock : IDisposable
{
    /// <summary>Name of the file within a log directory.</summary>
    public const string FileName = ".lock";

    private readonly SafeFileHandle _file;

    private LogDirectoryLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="logDirectory">An existing directory. Whoever opens files in it takes the lock first.</param>
    /// <returns>Held until it is disposed, by the caller or by the <see cref="LogManager"/> that it was given to.</returns>
    /// <exception cref="LogDirectoryLockedException">Somebody else has it.</exception>
    public static LogDirectoryLock Take(string logDirectory)
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

        return new LogDirectoryLock(file);
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _file.Dispose();
}
