using System.Diagnostics.Metrics;
using Sluice.Log.Storage;

namespace Sluice.Log;

/// <summary>Settings of a log manager; Kafka's names and defaults.</summary>
/// <remarks>Set before the manager is opened, not written afterwards.</remarks>
public sealed class LogManagerOptions
{
    /// <summary>Takes the one setting without a default.</summary>
    /// <param name="logDirectory">Directory of the partitions' directories; created if missing. Kafka <c>log.dirs</c>.</param>
    public LogManagerOptions(string logDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(logDirectory);
        LogDirectory = Path.GetFullPath(logDirectory);
    }

    /// <summary>Full path of the log directory.</summary>
    public string LogDirectory { get; }

    /// <summary>Makes the meter of what is counted, and owns it; null = a meter of its own.</summary>
    public IMeterFactory? Meters { get; set; }

    /// <summary>Threads that load and recover partitions. Kafka <c>num.recovery.threads.per.data.dir</c>, 1 or more.</summary>
    public int RecoveryThreads { get; set => field = AtLeast(value, 1); } = 2;

    /// <summary>Milliseconds before background work begins. Kafka <c>log.initial.task.delay.ms</c>, 0 or more.</summary>
    public long InitialTaskDelayMs { get; set => field = AtLeast(value, 0); } = 30_000;

    /// <summary>Milliseconds between two retention passes. Kafka <c>log.retention.check.interval.ms</c>, 1 or more.</summary>
    public long RetentionCheckIntervalMs { get; set => field = AtLeast(value, 1); } = 300_000;

    /// <summary>Milliseconds between two recovery point checkpoints. Kafka <c>log.flush.offset.checkpoint.interval.ms</c>, 1 or more.</summary>
    public long RecoveryPointCheckpointIntervalMs { get; set => field = AtLeast(value, 1); } = 60_000;

    /// <summary>Milliseconds between two log start offset checkpoints. Kafka <c>log.flush.start.offset.checkpoint.interval.ms</c>, 1 or more.</summary>
    public long LogStartCheckpointIntervalMs { get; set => field = AtLeast(value, 1); } = 60_000;

    /// <summary>Milliseconds between two high watermark checkpoints. Kafka <c>replica.high.watermark.checkpoint.interval.ms</c>, 1 or more.</summary>
    public long HighWatermarkCheckpointIntervalMs { get; set => field = AtLeast(value, 1); } = 5_000;

    /// <summary>
    /// Milliseconds between two looks for logs whose <c>flush.ms</c> has passed, 1 or more. Kafka's <c>log.flush.scheduler.interval.ms</c> is
    /// "never" by default, which leaves a topic's <c>flush.ms</c> without effect; here it takes effect.
    /// </summary>
    public long FlushSchedulerIntervalMs { get; set => field = AtLeast(value, 1); } = 1_000;

    /// <summary>Milliseconds of silence after which an idempotent producer is forgotten. Kafka <c>producer.id.expiration.ms</c>, 1 or more.</summary>
    public long ProducerIdExpirationMs { get; set => field = AtLeast(value, 1); } = 86_400_000;

    /// <summary>Milliseconds between two looks for such producers. Kafka <c>producer.id.expiration.check.interval.ms</c>, 1 or more.</summary>
    public long ProducerIdExpirationCheckIntervalMs { get; set => field = AtLeast(value, 1); } = 600_000;

    /// <summary>
    /// Bytes that the records of one compressed batch may decompress to, 1 or more. Kafka has no such limit, so there a batch of a megabyte can
    /// demand gigabytes; the default leaves room for every honest producer.
    /// </summary>
    public int DecompressedBatchBytesMax { get; set => field = AtLeast(value, 1); } = 128 * 1024 * 1024;

    /// <summary>How logs are compacted in the background at first; see <see cref="LogManager.Cleaner"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting lies outside its range.</exception>
    public CleanerSettings Cleaner
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            field = value;
        }
    } = CleanerSettings.Default;

    /// <summary>
    /// Whether the high watermark of every log is its end, as it is where no partition has a second replica. Otherwise it starts at its
    /// checkpoint and moves by <see cref="PartitionLog.AdvanceHighWatermark"/>; can be changed per log.
    /// </summary>
    public bool HighWatermarkFollowsEnd { get; set; } = true;

    /// <summary>Epoch of the broker's registration, written into the clean shutdown marker; -1 if there is none.</summary>
    public long BrokerEpoch { get; set; } = -1;

    /// <summary>
    /// The directory's lock, where the caller took it already because it keeps files of its own in the directory; the manager takes it over.
    /// Null lets the manager take it.
    /// </summary>
    public LogDirectoryLock? DirectoryLock { get; set; }

    /// <summary>Where file calls go; tests make some of them fail.</summary>
    internal IFileIo FileIo { get; set; } = Storage.FileIo.Instance;

    private static int AtLeast(int value, int minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum);
        return value;
    }

    private static long AtLeast(long value, long minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum);
        return value;
    }
}
