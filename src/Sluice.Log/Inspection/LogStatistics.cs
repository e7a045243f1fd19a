using Sluice.Log.Indexes;
using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Counts what is in log directories, partitions and segments, without changing anything.</summary>
/// <param name="limits">What may be held in memory.</param>
/// <param name="isDeep">Whether batches are decompressed, which compression ratios need.</param>
/// <param name="progress">Hears of every batch.</param>
/// <param name="done">Gets the numbers of every partition; on the thread that counts.</param>
public sealed class LogStatistics(InspectionLimits limits, bool isDeep, InspectionProgress progress, Action<PartitionStatistics> done)
{
    /// <summary>Producers that are told apart within one partition.</summary>
    public const int ProducersMax = 1_000_000;

    /// <summary>Counts what a path leads to.</summary>
    /// <param name="path">A log directory, a partition's directory, or a segment.</param>
    /// <param name="cancellationToken">Gives up between batches.</param>
    /// <exception cref="ArgumentException">The path leads to no segment.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Somebody gave up.</exception>
    public void Count(InspectedPath path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        switch (path.Kind)
        {
            case InspectedPathKind.DataDirectory:
                IReadOnlyList<string> partitions = LogFiles.FindPartitions(path.FullPath);
                progress.AddTotal(partitions.Sum(PartitionContents.LogBytesOf));
                foreach (string partition in partitions)
                {
                    CountPartition(partition, cancellationToken);
                }

                break;
            case InspectedPathKind.PartitionDirectory:
                progress.AddTotal(PartitionContents.LogBytesOf(path.FullPath));
                CountPartition(path.FullPath, cancellationToken);
                break;
            case InspectedPathKind.Segment:
                progress.AddTotal(ReadOnlyFile.LengthOf(path.FullPath));
                string name = Path.GetFileName(path.FullPath);
                done(Count(name, name, [new SegmentPaths(path.BaseOffset, path.FullPath)], cancellationToken));
                break;
            default:
                throw new ArgumentException($"{path.FullPath} is neither a log directory, nor a partition, nor a segment", nameof(path));
        }
    }

    private void CountPartition(string path, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(path);
        string topic = PartitionDirectoryName.TryParse(name, out TopicPartition topicPartition, out _) ? topicPartition.Topic : name;
        done(Count(name, topic, PartitionContents.Read(path).Segments, cancellationToken));
    }

    private PartitionStatistics Count(string name, string topic, List<SegmentPaths> segments, CancellationToken cancellationToken)
    {
        var codecs = new Dictionary<CompressionType, CodecStatistics>();
        var producers = new HashSet<long>();
        var transactions = new TransactionTracker();
        var statistics = new PartitionStatistics
        {
            Name = name, Topic = topic, Codecs = [], IsDeep = isDeep, FirstOffset = -1, MinTimestampMs = long.MaxValue, MaxTimestampMs = -1,
        };
        foreach (SegmentPaths segment in segments)
        {
            using var walker = new BatchWalker(segment.LogPath, segment.BaseOffset, limits);
            statistics = statistics with
            {
                SegmentsCount = statistics.SegmentsCount + 1,
                Bytes = statistics.Bytes + walker.FileBytes,
                IndexEntriesCount = statistics.IndexEntriesCount + EntriesOf(segment.OffsetIndexPath, OffsetIndexEntries.EntryBytes, isPreallocated: true),
                AbortedCount = statistics.AbortedCount + EntriesOf(segment.TransactionIndexPath, AbortedTransactionEntry.EntryBytes, isPreallocated: false),
            };
            while (walker.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress.Add(walker.Current.LengthBytes, walker.Current.RecordsCount);
                statistics = walker.Current.IsSound
                    ? Add(statistics, walker, codecs, producers, transactions)
                    : statistics with { DamagedBytes = statistics.DamagedBytes + walker.Current.LengthBytes };
            }
        }

        return statistics with
        {
            MinTimestampMs = statistics.MinTimestampMs == long.MaxValue ? -1 : statistics.MinTimestampMs,
            Codecs = [.. codecs.Values.OrderByDescending(static codec => codec.Bytes)],
            ProducersCount = producers.Count,
            OpenTransactionsCount = transactions.OpenCount,
        };
    }

    private PartitionStatistics Add(
        PartitionStatistics statistics, BatchWalker walker, Dictionary<CompressionType, CodecStatistics> codecs, HashSet<long> producers, TransactionTracker transactions)
    {
        InspectedBatch batch = walker.Current;
        ControlMarker marker = batch.IsControl && batch.LengthBytes <= ControlBatchReader.BytesMax
            ? ControlBatchReader.Read(walker.ReadCurrent())
            : ControlMarker.None;
        transactions.OnBatch(batch, marker);
        if (batch.ProducerId >= 0 && producers.Count < ProducersMax)
        {
            producers.Add(batch.ProducerId);
        }

        bool hasTime = !batch.HasDeleteHorizon && batch.BaseTimestamp >= 0;
        statistics = statistics with
        {
            FirstOffset = statistics.FirstOffset < 0 ? batch.BaseOffset : statistics.FirstOffset,
            NextOffset = batch.NextOffset,
            MinTimestampMs = hasTime ? Math.Min(statistics.MinTimestampMs, batch.BaseTimestamp) : statistics.MinTimestampMs,
            MaxTimestampMs = Math.Max(statistics.MaxTimestampMs, batch.MaxTimestamp),
        };
        if (batch.IsControl)
        {
            return statistics with { ControlBatchesCount = statistics.ControlBatchesCount + 1 };
        }

        CodecStatistics codec = codecs.GetValueOrDefault(batch.CompressionType);
        codecs[batch.CompressionType] = new CodecStatistics(
            batch.CompressionType,
            codec.BatchesCount + 1,
            codec.RecordsCount + batch.RecordsCount,
            codec.Bytes + batch.LengthBytes,
            codec.UncompressedBytes + (isDeep ? UncompressedBytesOf(walker) : 0));
        return statistics with { BatchesCount = statistics.BatchesCount + 1, RecordsCount = statistics.RecordsCount + batch.RecordsCount };
    }

    // A batch that cannot be read counts with the bytes that it has.
    private static long UncompressedBytesOf(BatchWalker walker)
    {
        RecordsVerdict verdict = walker.CheckRecords();
        return verdict.State is RecordsState.Sound or RecordsState.Inconsistent
            ? RecordBatchFormat.HeaderBytes + verdict.UncompressedBytes
            : walker.Current.LengthBytes;
    }

    private static long EntriesOf(string path, int entryBytes, bool isPreallocated)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using var index = new IndexFileReader(path, entryBytes, isPreallocated);
        return index.Count;
    }
}
