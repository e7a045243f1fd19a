using System.Globalization;
using Sluice.Protocol.Records;

namespace Sluice.Faults.Verification;

/// <summary>A segment's file, read without the log: its whole batches, and what follows them.</summary>
/// <param name="Path">The <c>.log</c> file.</param>
/// <param name="BaseOffset">Offset in its name.</param>
/// <param name="LengthBytes">Length of the file.</param>
/// <param name="Batches">The whole batches with good checksums and ascending offsets, up to the first that is not.</param>
/// <param name="IsRestZero">Whether nothing but zeros follows them.</param>
public sealed record SegmentOnDisk(string Path, long BaseOffset, long LengthBytes, IReadOnlyList<BatchOnDisk> Batches, bool IsRestZero)
{
    private const int PageBytes = 4096;

    /// <summary>Whether the file ends in blocks that were reserved for batches to come: zeros up to the end of a page.</summary>
    public bool HasReservedTail => LengthBytes > WholeBytes && IsRestZero && LengthBytes % PageBytes == 0;

    /// <summary>Bytes of the whole batches.</summary>
    public long WholeBytes => Batches.Count == 0 ? 0 : Batches[^1].PositionBytes + Batches[^1].SizeBytes;

    /// <summary>Reads a <c>.log</c> file.</summary>
    public static SegmentOnDisk Read(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        long baseOffset = long.Parse(System.IO.Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture);
        List<BatchOnDisk> batches = [];
        long nextOffset = baseOffset;
        int positionBytes = 0;
        while (positionBytes < bytes.Length && RecordBatchValidator.Validate(bytes[positionBytes..]) == RecordBatchStatus.Valid)
        {
            RecordBatchView batch = new(bytes[positionBytes..]);
            if (batch.BaseOffset < nextOffset) break;
            nextOffset = batch.NextOffset;
            batches.Add(new BatchOnDisk(positionBytes, batch.SizeBytes, batch.BaseOffset, batch.NextOffset - 1, batch.RecordsCount > 0 ? batch.MaxTimestamp : -1));
            positionBytes += batch.SizeBytes;
        }

        return new SegmentOnDisk(path, baseOffset, bytes.Length, batches, !bytes[positionBytes..].ContainsAnyExcept((byte)0));
    }

    /// <summary>The segments of a partition's directory, by their base offsets.</summary>
    public static IReadOnlyList<SegmentOnDisk> ReadAll(string partitionDirectory) =>
        [.. Directory.GetFiles(partitionDirectory, "*.log").Order(StringComparer.Ordinal).Select(Read)];
}
