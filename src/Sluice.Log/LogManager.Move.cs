using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sluice.Log.Moving;
using Sluice.Log.Storage;

namespace Sluice.Log;

// What comes into the directory from another one, and what leaves it. Who goes where is the store's to say.
public sealed partial class LogManager
{
    private readonly ConcurrentDictionary<TopicPartition, LogMove> _futures = new();

    // Found at the start: copies that were not finished, and copies that may be the log, these opened. The store empties all of them.
    private readonly List<(TopicPartition TopicPartition, string Path)> _foundFutures = [];
    private readonly List<(TopicPartition TopicPartition, string Path)> _foundMarked = [];
    private readonly ConcurrentDictionary<TopicPartition, PartitionLog> _markedCopies = new();

    /// <summary>Copies that are being made here.</summary>
    internal IEnumerable<LogMove> Futures => _futures.Values;

    /// <summary>Copies that an earlier process left unfinished.</summary>
    internal IReadOnlyList<(TopicPartition TopicPartition, string Path)> FoundFutures => _foundFutures;

    /// <summary>Copies that may have been appended to as the log, opened.</summary>
    internal IReadOnlyDictionary<TopicPartition, PartitionLog> MarkedCopies => _markedCopies;

    internal LogMove? FindFuture(TopicPartition topicPartition) => _futures.GetValueOrDefault(topicPartition);

    /// <summary>Makes the directory of a copy; it is on the device when this returns.</summary>
    /// <param name="log">The original, in another directory.</param>
    /// <param name="name">Name of the directory.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    internal string CreateFuture(PartitionLog log, string name)
    {
        ForgetCheckpointsOf(log.TopicPartition);
        _cleaner.Checkpoint.Forget(log.TopicPartition);
        string path = Path.Combine(_context.Directory.Path, name);
        _context.Io.CreateDirectory(path);
        try
        {
            _context.Io.SyncDirectory(_context.Directory.Path);
            return path;
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            RemoveLeftover(path);
            throw;
        }
    }

    internal void BeginFuture(LogMove move) => _futures[move.Log.TopicPartition] = move;

    internal void EndFuture(LogMove move) => _futures.TryRemove(new KeyValuePair<TopicPartition, LogMove>(move.Log.TopicPartition, move));

    /// <summary>Writes down what a start must know of a log that will have come from another directory.</summary>
    /// <param name="move">Its move; the copy is on the device.</param>
    /// <param name="cleanedUpTo">Up to where the log is compacted; null if it never was.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    internal void PrepareFor(LogMove move, long? cleanedUpTo)
    {
        _cleaner.Checkpoint.TakeOver(move.Log.TopicPartition, cleanedUpTo);
        CheckpointAll();
    }

    /// <summary>Has a log from here on. Under the log's lock.</summary>
    internal void Adopt(PartitionLog log) => _logs[log.TopicPartition] = log;

    /// <summary>Has it no more. Under the log's lock.</summary>
    internal void Release(PartitionLog log) => _logs.TryRemove(new KeyValuePair<TopicPartition, PartitionLog>(log.TopicPartition, log));

    /// <summary>Takes a copy for the log; it has its lasting name, on the device, when this returns.</summary>
    /// <exception cref="IOException">The disk refused; the directory is offline.</exception>
    internal void Promote(TopicPartition topicPartition)
    {
        if (_markedCopies.TryRemove(topicPartition, out PartitionLog? copy))
        {
            copy.TakeLiveName();
            _logs[topicPartition] = copy;
        }
    }

    /// <summary>Takes a copy for one that was not finished.</summary>
    internal void Demote(TopicPartition topicPartition)
    {
        if (_markedCopies.TryRemove(topicPartition, out PartitionLog? copy))
        {
            copy.Abandon();
            _foundFutures.Add((topicPartition, copy.DirectoryPath));
        }
    }

    /// <summary>Whether a log here is one that came from another directory, and perhaps not for good.</summary>
    internal bool IsMarked(TopicPartition topicPartition, [NotNullWhen(true)] out PartitionLog? log)
    {
        log = Find(topicPartition);
        return log is not null && MoveMarker.IsIn(log.DirectoryPath);
    }

    /// <summary>Removes a directory that is nobody's, after a delay.</summary>
    internal void RemoveLater(string path, long delayMs) => _context.Remover.Schedule(() => RemoveLeftover(path), delayMs);

    // Where the log itself is here, what else there is of it is a leftover.
    private List<(TopicPartition TopicPartition, string Path)> FindMarkedCopies(List<(TopicPartition TopicPartition, string Path)> live)
    {
        HashSet<TopicPartition> names = [.. live.Select(static partition => partition.TopicPartition)];
        List<(TopicPartition TopicPartition, string Path)> marked = [];
        foreach ((TopicPartition TopicPartition, string Path) copy in _foundMarked)
        {
            (names.Add(copy.TopicPartition) ? marked : _foundFutures).Add(copy);
        }

        return marked;
    }

    private void AbandonMarkedCopies()
    {
        foreach (PartitionLog copy in _markedCopies.Values)
        {
            copy.Abandon();
        }
    }

    /// <summary>Removes a directory that is nobody's.</summary>
    internal void RemoveLeftover(string path)
    {
        try
        {
            _context.Io.DeleteDirectory(path);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            LogLog.FileNotRemoved(_context.Logger, path, exception);
        }
    }
}
