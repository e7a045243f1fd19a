using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Log.Inspection;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Shows the numbers of partitions: with --json at once, else as tables when all have been counted.</summary>
internal sealed class StatisticsReport(CommandContext context)
{
    private const int ShownEmptyMax = 20;

    private readonly List<PartitionStatistics> _partitions = [];

    internal void Add(PartitionStatistics partition)
    {
        if (context.IsJson) WriteJson(partition);
        else _partitions.Add(partition);
    }

    internal void Finish()
    {
        if (context.IsJson) return;
        WriteSizes();
        WriteContents();
        WriteTopics();
    }

    private void WriteSizes()
    {
        int emptyCount = _partitions.Count(IsEmpty);
        var table = new TextTable("Partition", ">Segments", ">Size", ">Batches", ">Records", ">First", ">Next", "From", "To", ">Damaged");
        foreach (PartitionStatistics partition in _partitions.Where(partition => emptyCount <= ShownEmptyMax || !IsEmpty(partition)))
        {
            table.Add(
                partition.Name,
                Amounts.Count(partition.SegmentsCount),
                Amounts.Bytes(partition.Bytes),
                Amounts.Count(partition.BatchesCount),
                Amounts.Count(partition.RecordsCount),
                Amounts.OffsetOrDash(partition.FirstOffset),
                Amounts.OffsetOrDash(partition.NextOffset),
                Amounts.Time(partition.MinTimestampMs),
                Amounts.Time(partition.MaxTimestampMs),
                Amounts.Bytes(partition.DamagedBytes));
        }

        context.Write(table);
        if (emptyCount > ShownEmptyMax) context.WriteLine($"and {Amounts.Count(emptyCount, "partition")} that are empty");
    }

    private static bool IsEmpty(PartitionStatistics partition) => partition.Bytes == 0;

    private void WriteContents()
    {
        List<PartitionStatistics> filled = _partitions.FindAll(partition => partition.BatchesCount + partition.ControlBatchesCount > 0);
        if (filled.Count == 0) return;
        context.WriteLine();
        var table = new TextTable(
            "Partition", "Codecs by bytes", ">Ratio", ">Batch", ">Record", ">Records/batch", ">Index every", ">Producers", ">Markers", ">Aborted", ">Open");
        foreach (PartitionStatistics partition in filled)
        {
            table.Add(
                partition.Name,
                Codecs(partition),
                partition.CompressionRatio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "-",
                Amounts.Bytes(Average(partition.BatchBytes, partition.BatchesCount)),
                Amounts.Bytes(RecordBytes(partition)),
                partition.BatchesCount == 0 ? "-" : ((double)partition.RecordsCount / partition.BatchesCount).ToString("0.0", CultureInfo.InvariantCulture),
                partition.IndexEntriesCount == 0 ? "-" : Amounts.Bytes(partition.Bytes / partition.IndexEntriesCount),
                Amounts.Count(partition.ProducersCount),
                Amounts.Count(partition.ControlBatchesCount),
                Amounts.Count(partition.AbortedCount),
                Amounts.Count(partition.OpenTransactionsCount));
        }

        context.Write(table);
    }

    private void WriteTopics()
    {
        if (_partitions.Count < 2) return;
        context.WriteLine();
        var table = new TextTable("Topic", ">Partitions", ">Segments", ">Size", ">Batches", ">Records");
        foreach (IGrouping<string, PartitionStatistics> topic in _partitions.GroupBy(partition => partition.Topic)) AddTotal(table, topic.Key, [.. topic]);
        AddTotal(table, "total", _partitions);
        context.Write(table);
    }

    private static void AddTotal(TextTable table, string name, List<PartitionStatistics> partitions) => table.Add(
        name,
        Amounts.Count(partitions.Count),
        Amounts.Count(partitions.Sum(partition => (long)partition.SegmentsCount)),
        Amounts.Bytes(partitions.Sum(partition => partition.Bytes)),
        Amounts.Count(partitions.Sum(partition => partition.BatchesCount)),
        Amounts.Count(partitions.Sum(partition => partition.RecordsCount)));

    private static string Codecs(PartitionStatistics partition) => string.Join(", ", partition.Codecs.Select(codec => string.Create(
        CultureInfo.InvariantCulture, $"{CodecName.Of(codec.CompressionType)} {100.0 * codec.Bytes / Math.Max(partition.BatchBytes, 1):0}%")));

    // What a record takes on the disk; with --deep what it takes uncompressed.
    private static long RecordBytes(PartitionStatistics partition)
    {
        long bytes = partition.IsDeep ? partition.Codecs.Sum(codec => codec.UncompressedBytes) : partition.BatchBytes;
        return Average(bytes - (partition.BatchesCount * RecordBatchFormat.HeaderBytes), partition.RecordsCount);
    }

    private static long Average(long sum, long count) => count == 0 ? -1 : sum / count;

    private void WriteJson(PartitionStatistics partition)
    {
        using var json = new JsonDumpWriter(context.Console.Output);
        json.Begin("partition");
        json.Text("name", partition.Name);
        json.Text("topic", partition.Topic);
        json.Number("segments", partition.SegmentsCount);
        json.Number("bytes", partition.Bytes);
        json.Number("damagedBytes", partition.DamagedBytes);
        json.Number("batches", partition.BatchesCount);
        json.Number("controlBatches", partition.ControlBatchesCount);
        json.Number("records", partition.RecordsCount);
        json.Number("firstOffset", partition.FirstOffset);
        json.Number("nextOffset", partition.NextOffset);
        json.Time("minTimestamp", partition.MinTimestampMs);
        json.Time("maxTimestamp", partition.MaxTimestampMs);
        json.Number("indexEntries", partition.IndexEntriesCount);
        json.Number("producers", partition.ProducersCount);
        json.Number("aborted", partition.AbortedCount);
        json.Number("openTransactions", partition.OpenTransactionsCount);
        foreach (CodecStatistics codec in partition.Codecs)
        {
            string name = CodecName.Of(codec.CompressionType);
            json.Number($"{name}.batches", codec.BatchesCount);
            json.Number($"{name}.records", codec.RecordsCount);
            json.Number($"{name}.bytes", codec.Bytes);
            if (partition.IsDeep) json.Number($"{name}.uncompressedBytes", codec.UncompressedBytes);
        }

        json.End();
    }
}
