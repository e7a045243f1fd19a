using Sluice.Log.Segments;
using Sluice.Log.Storage;

namespace Sluice.Log.Moving;

/// <summary>The files that a log has left by moving: readers may still be at them, and nobody writes to them any more.</summary>
/// <param name="From">The directory that they are in.</param>
/// <param name="Path">Path of the partition's directory, under its lasting name still.</param>
/// <param name="Segments">The segments; a reference on each is to be given back.</param>
internal sealed record LeftFiles(LogContext From, string Path, LogSegment[] Segments)
{
    /// <summary>A reader that looked at the old segments just before they were left must find them open.</summary>
    private const long DelayMsMin = 1000;

    /// <summary>Takes the lasting name away from them; that is on the device when this returns. The files go after a delay, and after the last transfer.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="delayMs">The topic's <c>file.delete.delay.ms</c>.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Remove(TopicPartition topicPartition, long delayMs)
    {
        string path = System.IO.Path.Combine(From.Directory.Path, PartitionDirectoryName.ForDeletion(topicPartition, Guid.NewGuid()));
        From.Io.MoveDirectory(Path, path);
        foreach (LogSegment segment in Segments)
        {
            segment.MoveTo(path);
        }

        From.Remover.Schedule(() => RemoveFiles(path), Math.Max(delayMs, DelayMsMin));
        From.Io.SyncDirectory(From.Directory.Path);
    }

    /// <summary>Lets go of the files where they are: their disk has failed, and a start will tell which copy counts.</summary>
    public void Leave()
    {
        foreach (LogSegment segment in Segments)
        {
            segment.Close(unlink: false, released: null);
        }
    }

    private void RemoveFiles(string path)
    {
        int left = Segments.Length;
        foreach (LogSegment segment in Segments)
        {
            segment.Close(unlink: true, _ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    RemoveDirectory(path);
                }
            });
        }
    }

    private void RemoveDirectory(string path)
    {
        try
        {
            From.Io.DeleteDirectory(path);
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            LogLog.FileNotRemoved(From.Logger, path, exception);
        }
    }
}
