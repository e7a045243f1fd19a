using Sluice.Log.Checkpoints;
using Sluice.Log.Indexes;
using Sluice.Log.Producers;
using Sluice.Protocol;

namespace Sluice.Log.Inspection;

/// <summary>Reads the small files of a log as they are, without judging them. Zeros at the end of a preallocated index are left out.</summary>
public static class LogFiles
{
    /// <summary>Reads a <c>.index</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="baseOffset">The segment's.</param>
    /// <returns>Read while it is walked.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<OffsetIndexLine> ReadOffsetIndex(string path, long baseOffset)
    {
        using var index = new IndexFileReader(path, OffsetIndexEntries.EntryBytes, isPreallocated: true);
        for (int slot = 0; slot < index.Count; slot++)
        {
            (int relativeOffset, int positionBytes) = new OffsetIndexEntries(index.At(slot)).At(0);
            yield return new OffsetIndexLine(baseOffset + relativeOffset, positionBytes);
        }
    }

    /// <summary>Reads a <c>.timeindex</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="baseOffset">The segment's.</param>
    /// <returns>Read while it is walked.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<TimeIndexLine> ReadTimeIndex(string path, long baseOffset)
    {
        using var index = new IndexFileReader(path, TimeIndexEntries.EntryBytes, isPreallocated: true);
        for (int slot = 0; slot < index.Count; slot++)
        {
            var entry = new TimeIndexEntries(index.At(slot));
            yield return new TimeIndexLine(entry.TimestampAt(0), baseOffset + entry.RelativeOffsetAt(0));
        }
    }

    /// <summary>Reads a <c>.txnindex</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Read while it is walked.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<AbortedTransactionLine> ReadTransactionIndex(string path)
    {
        using var index = new IndexFileReader(path, AbortedTransactionEntry.EntryBytes, isPreallocated: false);
        for (int slot = 0; slot < index.Count; slot++)
        {
            ReadOnlySpan<byte> bytes = index.At(slot);
            var entry = AbortedTransactionEntry.Read(bytes);
            yield return new AbortedTransactionLine(
                AbortedTransactionEntry.ReadVersion(bytes), entry.ProducerId, entry.FirstOffset, entry.LastOffset, entry.LastStableOffset);
        }
    }

    /// <summary>Reads a producer snapshot.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">Its version, checksum or length is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<ProducerLine> ReadSnapshot(string path)
    {
        var producers = new List<ProducerState>();
        if (!ProducerSnapshot.TryDecode(ReadOnlyFile.ReadAll(path), producers))
        {
            throw new InvalidDataException($"{path}: the version, the checksum or the length is wrong");
        }

        return [.. producers.Select(ToLine)];
    }

    /// <summary>Reads a <c>leader-epoch-checkpoint</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<(int Epoch, long StartOffset)> ReadLeaderEpochs(string path) =>
        [.. LeaderEpochFile.Read(path).Select(static entry => (entry.Epoch, entry.StartOffset))];

    /// <summary>Reads a checkpoint of a log directory.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<TopicPartition, long> ReadOffsetCheckpoint(string path) => OffsetCheckpointFile.Read(path);

    /// <summary>Reads the topic id of a <c>partition.metadata</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Uuid? ReadTopicId(string path) => PartitionMetadataFile.Read(path);

    /// <summary>Reads the marker of a shutdown in order.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Epoch of the broker that shut down; -1 if it does not say.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long ReadCleanShutdown(string path) => CleanShutdownFile.ParseBrokerEpoch(ReadOnlyFile.ReadAll(path));

    /// <summary>The segments of a directory, ascending.</summary>
    /// <param name="partitionPath">A partition's directory.</param>
    /// <returns>Base offset and path of each <c>.log</c> that a broker would read.</returns>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static IReadOnlyList<(long BaseOffset, string Path)> FindSegments(string partitionPath) =>
        [.. PartitionContents.Read(partitionPath).Segments.Select(static segment => (segment.BaseOffset, segment.LogPath))];

    /// <summary>The partitions of a log directory that are in use, by topic and number.</summary>
    /// <param name="logDirectory">The directory.</param>
    /// <returns>Paths of their directories.</returns>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static IReadOnlyList<string> FindPartitions(string logDirectory) =>
        [.. DataDirectory.Read(logDirectory, new FindingSink(static _ => { })).Partitions.Select(static partition => partition.Path)];

    private static ProducerLine ToLine(ProducerState producer)
    {
        ProducerBatch last = producer.BatchesCount == 0 ? new ProducerBatch(-1, -1, 0, producer.LastTimestampMs) : producer.Last;
        return new ProducerLine(
            producer.ProducerId, producer.Epoch, last.FirstSequence, last.LastSequence, last.LastOffset, producer.LastTimestampMs,
            producer.CoordinatorEpoch, producer.TransactionFirstOffset);
    }
}
