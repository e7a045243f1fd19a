namespace Sluice.Log;

/// <summary>Another process, or another log manager in this one, has the log directory open.</summary>
public sealed class LogDirectoryLockedException : IOException
{
    /// <summary>Names the directory in the message.</summary>
    /// <param name="logDirectory">The directory that is in use.</param>
    /// <param name="innerException">What the operating system said; null if it only refused.</param>
    public LogDirectoryLockedException(string logDirectory, Exception? innerException)
        : base($"Log directory {logDirectory} is in use: another broker, Sluice or Kafka, holds its .lock file.", innerException) =>
        LogDirectory = logDirectory;

    /// <summary>The directory that is in use.</summary>
    public string LogDirectory { get; }
}
