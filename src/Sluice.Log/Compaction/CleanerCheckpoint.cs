using Sluice.Log.Checkpoints;
using Sluice.Log.Storage;

namespace Sluice.Log.Compaction;

/// <summary>Up to which offset each log is clean, in memory and as <c>cleaner-offset-checkpoint</c>.</summary>
/// <remarks>
/// An offset that is too low costs a round that finds little; one that is too high hides keys from compaction for ever. So whatever lowers a log's
/// end lowers this too, and a log that is gone is forgotten before another one can have its name. Safe on any thread; the lock is held over
/// one small file, and nothing else is locked under it.
/// </remarks>
internal sealed class CleanerCheckpoint(LogContext context)
{
    private readonly Lock _lock = new();
    private readonly string _path = Path.Combine(context.Directory.Path, OffsetCheckpointFile.CleanerName);
    private Dictionary<TopicPartition, long> _offsets = [];

    /// <summary>Reads the file; one that cannot be read counts as empty.</summary>
    /// <param name="find">Finds an open log. What the file says of others stays until they are forgotten or the file is written for a log of that name.</param>
    public void Load(Func<TopicPartition, PartitionLog?> find)
    {
        lock (_lock)
        {
            try
            {
                _offsets = OffsetCheckpointFile.Read(_path);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                LogLog.CheckpointUnreadable(context.Logger, _path, exception);
                return;
            }

            // A crash may have cut a log off below: what is appended there from now on no round has seen.
            foreach ((TopicPartition topicPartition, long offset) in _offsets.ToArray())
            {
                if (find(topicPartition) is { } log && log.LogEndOffset < offset)
                {
                    _offsets.Remove(topicPartition);
                }
            }
        }
    }

    /// <summary>Offset up to which a log is clean; null if no round has been done.</summary>
    public long? Find(TopicPartition topicPartition)
    {
        lock (_lock)
        {
            return _offsets.TryGetValue(topicPartition, out long offset) ? offset : null;
        }
    }

    /// <summary>Notes the end of a round, unless the log was truncated or closed meanwhile.</summary>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    public void Set(CleaningSource source, long offset)
    {
        lock (_lock)
        {
            if (source.IsCurrent)
            {
                _offsets[source.Log.TopicPartition] = offset;
                Write();
            }
        }
    }

    /// <summary>Takes over what another directory knew of a log that is coming from there.</summary>
    /// <param name="topicPartition">The log.</param>
    /// <param name="offset">Up to where it is clean; null if no round has been done.</param>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    public void TakeOver(TopicPartition topicPartition, long? offset)
    {
        lock (_lock)
        {
            if (offset is { } known)
            {
                _offsets[topicPartition] = known;
                Write();
            }
        }
    }

    /// <summary>Lowers the offset of a log that was truncated.</summary>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    public void LowerTo(TopicPartition topicPartition, long offset)
    {
        lock (_lock)
        {
            if (_offsets.TryGetValue(topicPartition, out long present) && present > offset)
            {
                _offsets[topicPartition] = offset;
                Write();
            }
        }
    }

    /// <summary>Forgets a log that is gone, or whose name a new one is about to get.</summary>
    /// <exception cref="IOException">The disk refused; the log directory is offline.</exception>
    public void Forget(TopicPartition topicPartition)
    {
        lock (_lock)
        {
            if (_offsets.Remove(topicPartition))
            {
                Write();
            }
        }
    }

    private void Write()
    {
        if (!context.Directory.IsOnline)
        {
            return;
        }

        try
        {
            OffsetCheckpointFile.Write(context.Io, _path, _offsets);
        }
        catch (IOException exception) when (DiskErrors.IsShortage(exception))
        {
            // The old file stands until the next write: too low for a log that has its round behind it, and for one that was cut off its own end
            // tells, at a start, that the offset is wrong.
            LogLog.BackgroundWorkFailed(context.Logger, OffsetCheckpointFile.CleanerName, exception);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            context.Directory.MarkOffline(exception);
            throw;
        }
    }
}
