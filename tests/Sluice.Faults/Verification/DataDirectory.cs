using System.Buffers.Binary;
using System.Text.RegularExpressions;

namespace Sluice.Faults.Verification;

/// <summary>Reads a broker's data directory without the broker's code: what an unclean stop left, and whether a clean one left everything in order.</summary>
public static partial class DataDirectory
{
    private const int OffsetEntryBytes = 8;
    private const int TimeEntryBytes = 12;

    /// <summary>Finds the tails that are no whole batch. Between an unclean stop and the next start.</summary>
    /// <returns>Bytes to be cut, by the partition's name; partitions with nothing to cut are missing.</returns>
    public static SortedDictionary<string, long> FindTornTails(string path)
    {
        SortedDictionary<string, long> torn = new(StringComparer.Ordinal);
        foreach (string partition in PartitionsOf(path))
        {
            if (SegmentOnDisk.ReadAll(partition) is [.., { HasReservedTail: false } active] && active.LengthBytes > active.WholeBytes)
            {
                torn[Path.GetFileName(partition)] = active.LengthBytes - active.WholeBytes;
            }
        }

        return torn;
    }

    /// <summary>Counts the partitions that end in reserved blocks. Between an unclean stop and the next start.</summary>
    public static int CountReservedTails(string path) =>
        PartitionsOf(path).Count(static partition => SegmentOnDisk.ReadAll(partition) is [.., { HasReservedTail: true }]);

    /// <summary>Checks every file of every partition after a clean stop.</summary>
    /// <param name="path">The data directory.</param>
    /// <param name="isCompacted">Whether a partition, by its name, may have gaps between its offsets.</param>
    /// <returns>What is wrong.</returns>
    public static IReadOnlyList<string> Check(string path, Func<string, bool> isCompacted)
    {
        List<string> problems = [];
        foreach (string partition in PartitionsOf(path))
        {
            string name = Path.GetFileName(partition);
            problems.AddRange(CheckNames(partition).Concat(CheckPartition(partition, isCompacted(name))).Select(problem => $"{name}: {problem}"));
        }

        return problems;
    }

    /// <summary>Whether partitions of another directory are being copied into this one.</summary>
    public static bool HasCopies(string path) => Directory.GetDirectories(path).Any(static directory => directory.EndsWith("-future", StringComparison.Ordinal));

    private static IEnumerable<string> PartitionsOf(string path) =>
        Directory.GetDirectories(path).Where(static directory => PartitionName().IsMatch(Path.GetFileName(directory)));

    private static IEnumerable<string> CheckNames(string partition) => Directory.GetFiles(partition)
        .Where(static file => Path.GetExtension(file) is ".deleted" or ".cleaned" or ".swap" or ".tmp")
        .Select(static file => $"{Path.GetFileName(file)} is left over");

    private static IEnumerable<string> CheckPartition(string partition, bool isCompacted)
    {
        long nextOffset = -1;
        foreach (SegmentOnDisk segment in SegmentOnDisk.ReadAll(partition))
        {
            string file = Path.GetFileName(segment.Path);
            if (segment.WholeBytes != segment.LengthBytes) yield return $"{file} has {segment.LengthBytes} bytes, {segment.WholeBytes} of them in whole batches";
            if (nextOffset >= 0 && (isCompacted ? segment.BaseOffset < nextOffset : segment.BaseOffset != nextOffset)) yield return $"{file} follows offset {nextOffset - 1}";
            nextOffset = segment.BaseOffset;
            foreach (BatchOnDisk batch in segment.Batches)
            {
                if (isCompacted ? batch.BaseOffset < nextOffset : batch.BaseOffset != nextOffset) yield return $"{file}: offset {batch.BaseOffset} follows {nextOffset - 1}";
                nextOffset = batch.LastOffset + 1;
            }

            foreach (string problem in CheckOffsetIndex(segment).Concat(CheckTimeIndex(segment))) yield return $"{file}: {problem}";
        }
    }

    // An entry is the last offset of a batch and the position where that batch begins.
    private static IEnumerable<string> CheckOffsetIndex(SegmentOnDisk segment)
    {
        byte[] index = File.ReadAllBytes(Path.ChangeExtension(segment.Path, ".index"));
        if (index.Length % OffsetEntryBytes != 0) yield return $"the offset index has {index.Length} bytes";
        Dictionary<long, BatchOnDisk> byPosition = segment.Batches.ToDictionary(static batch => (long)batch.PositionBytes);
        long lastPositionBytes = 0;
        for (int slot = 0; slot < index.Length / OffsetEntryBytes; slot++)
        {
            ReadOnlySpan<byte> entry = index.AsSpan(slot * OffsetEntryBytes, OffsetEntryBytes);
            long offset = segment.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(entry);
            long positionBytes = BinaryPrimitives.ReadInt32BigEndian(entry[4..]);
            if (positionBytes <= lastPositionBytes) yield return $"entry {slot} of the offset index points at byte {positionBytes}, the one before at {lastPositionBytes}";
            if (!byPosition.TryGetValue(positionBytes, out BatchOnDisk batch)) yield return $"entry {slot} of the offset index points at byte {positionBytes}, where no batch begins";
            else if (batch.LastOffset != offset) yield return $"entry {slot} of the offset index says {offset}; the batch at byte {positionBytes} ends at {batch.LastOffset}";
            lastPositionBytes = positionBytes;
        }
    }

    // An entry (timestamp, offset) says that nothing up to the offset is newer; the last one covers the segment.
    private static IEnumerable<string> CheckTimeIndex(SegmentOnDisk segment)
    {
        byte[] index = File.ReadAllBytes(Path.ChangeExtension(segment.Path, ".timeindex"));
        if (index.Length % TimeEntryBytes != 0) yield return $"the time index has {index.Length} bytes";
        int batchIndex = 0;
        long newestMs = -1;
        long lastMs = -1;
        for (int slot = 0; slot < index.Length / TimeEntryBytes; slot++)
        {
            ReadOnlySpan<byte> entry = index.AsSpan(slot * TimeEntryBytes, TimeEntryBytes);
            long timestampMs = BinaryPrimitives.ReadInt64BigEndian(entry);
            long offset = segment.BaseOffset + BinaryPrimitives.ReadInt32BigEndian(entry[8..]);
            if (timestampMs <= lastMs) yield return $"entry {slot} of the time index says {timestampMs}, the one before {lastMs}";
            for (; batchIndex < segment.Batches.Count && segment.Batches[batchIndex].LastOffset <= offset; batchIndex++)
            {
                newestMs = Math.Max(newestMs, segment.Batches[batchIndex].MaxTimestamp);
            }

            if (timestampMs != newestMs) yield return $"entry {slot} of the time index says that nothing up to offset {offset} is newer than {timestampMs}; {newestMs} is";
            lastMs = timestampMs;
        }

        long maxMs = segment.Batches.Select(static batch => batch.MaxTimestamp).DefaultIfEmpty(-1).Max();
        if (maxMs != lastMs) yield return $"the time index ends with {lastMs}; the newest batch has {maxMs}";
    }

    [GeneratedRegex(@"^(?!__).+-\d+$")]
    private static partial Regex PartitionName();
}
