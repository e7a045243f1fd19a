using System.Globalization;
using Sluice.Protocol.Records;

namespace Sluice.Faults.Verification;

/// <summary>A segment's file, read without the log: its whole batches, and what follows them.</summary>
/// <param name="Path">The <c>.log</c> file.</param>
/// <param name="BaseOffset">Offset in its name.</param>
/// <param name="LengthBytes">Length of the file.</param>
/// <param name="Batches">The whole batches with good checksums, up to the first that is not.</param>
public sealed record SegmentOnDisk(string Path, long BaseOffset, long LengthBytes, IReadOnlyList<BatchOnDisk> Batches)
{
    /// <summary>Bytes of the whole batches.</summary>
    public long WholeBytes => Batches.Count == 0 ? 0 : Batches[^1].PositionBytes + Batches[^1].SizeBytes;

    /// <summary>Reads a <c>.log</c> file.</summary>
    public static SegmentOnDisk Read(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        List<BatchOnDisk> batches = [];
        int positionBytes = 0;
        while (positionBytes < bytes.Length && RecordBatchValidator.Validate(bytes[positionBytes..]) == RecordBatchStatus.Valid)
        {
            RecordBatchView batch = new(bytes[positionBytes..]);
            batches.Add(new BatchOnDisk(positionBytes, batch.SizeBytes, batch.BaseOffset, batch.NextOffset - 1, batch.RecordsCount > 0 ? batch.MaxTimestamp : -1));
            positionBytes += batch.SizeBytes;
        }

        return new SegmentOnDisk(
            path, long.Parse(System.IO.Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture), bytes.Length, batches);
    }

    /// <summary>The segments of a partition's directory, by their base offsets.</summary>
    public static IReadOnlyList<SegmentOnDisk> ReadAll(string partitionDirectory) =>
        [.. Directory.GetFiles(partitionDirectory, "*.log").Order(StringComparer.Ordinal).Select(Read)];
}
