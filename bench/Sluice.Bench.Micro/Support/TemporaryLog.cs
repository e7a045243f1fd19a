using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Bench.Load.Brokers;
using Sluice.Log;
using Sluice.Protocol;

namespace Sluice.Bench.Micro.Support;

/// <summary>A partition's log in a directory of its own, which is removed with it.</summary>
internal sealed class TemporaryLog : IDisposable
{
    private readonly TemporaryDirectory _directory;
    private readonly LogManager _manager;

    private TemporaryLog(TemporaryDirectory directory, LogManager manager)
    {
        _directory = directory;
        _manager = manager;
        Log = manager.Create(new TopicPartition("bench", 0), Uuid.NewRandom(), LogConfig.Default);
    }

    /// <summary>The log, with Kafka's default settings.</summary>
    public PartitionLog Log { get; }

    /// <summary>Makes an empty one.</summary>
    public static TemporaryLog Create()
    {
        var directory = new TemporaryDirectory();
        var options = new LogManagerOptions(directory.Path);
        LogManager manager = LogManager.OpenAsync(
            options, static _ => LogConfig.Default, TimeProvider.System, NullLoggerFactory.Instance, null, CancellationToken.None).GetAwaiter().GetResult();
        return new TemporaryLog(directory, manager);
    }

    public void Dispose()
    {
        _manager.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _directory.Dispose();
    }
}
