using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Sluice.Log;

/// <summary>One directory of partition directories, and whether its disk can be used.</summary>
/// <remarks>
/// Goes offline with the first I/O error and stays so until a restart: after a failed write or flush nobody knows what is on the device. Safe
/// on any thread.
/// </remarks>
public sealed class LogDirectory
{
    private readonly ILogger _logger;
    private volatile Exception? _failure;

    internal LogDirectory(string path, ILogger logger)
    {
        Path = path;
        _logger = logger;
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Whether logs in it can be read and written.</summary>
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsOnline => _failure is null;

    /// <summary>The error that took it offline; null while it is online.</summary>
    public Exception? Failure => _failure;

    // Set by the manager: a lowered recovery point must reach its checkpoint before new batches are trusted below the old one.
    internal Action? RecoveryPointLowered { get; set; }

    // Set by the manager: what was appended behind the offset before is gone, and with it what compaction knew of it.
    internal Action<TopicPartition, long>? LogTruncated { get; set; }

    /// <summary>Takes the directory out of use; the first error is kept, later ones change nothing.</summary>
    /// <param name="failure">What happened.</param>
    public void MarkOffline(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (Interlocked.CompareExchange(ref _failure, failure, null) is null)
        {
            LogLog.DirectoryOffline(_logger, Path, failure);
        }
    }

    /// <summary>Throws if the directory is offline.</summary>
    /// <exception cref="IOException">The error that took it offline is the inner exception.</exception>
    public void ThrowIfOffline()
    {
        if (_failure is { } failure)
        {
            throw new IOException($"Log directory {Path} is offline.", failure);
        }
    }
}
