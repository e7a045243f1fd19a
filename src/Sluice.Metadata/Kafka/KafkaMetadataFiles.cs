using System.Globalization;

namespace Sluice.Metadata.Kafka;

/// <summary>The files of a metadata log directory that are to be read: the newest snapshot, and every segment with something after it.</summary>
/// <param name="SnapshotPath">Null if there is none.</param>
/// <param name="SnapshotEndOffset">Offset of the first record that the snapshot does not have; 0 if there is none.</param>
/// <param name="SegmentPaths">In the order of their offsets.</param>
internal sealed record KafkaMetadataFiles(string? SnapshotPath, long SnapshotEndOffset, IReadOnlyList<string> SegmentPaths)
{
    /// <summary>Name of the folder that holds the metadata log in every node's metadata directory.</summary>
    internal const string FolderName = "__cluster_metadata-0";

    private const string SnapshotExtension = ".checkpoint";
    private const string SegmentExtension = ".log";
    private const int OffsetDigits = 20;
    private const int EpochDigits = 10;

    /// <summary>Looks through a folder.</summary>
    /// <param name="folder">The folder named <see cref="FolderName"/>.</param>
    /// <exception cref="KafkaMetadataException">The files leave a gap.</exception>
    internal static KafkaMetadataFiles Find(string folder)
    {
        (string Path, long EndOffset, long Epoch)? snapshot = null;
        foreach (string path in Directory.EnumerateFiles(folder, "*" + SnapshotExtension))
        {
            // While it is written, a snapshot's name has one more extension.
            if (!TryParseSnapshot(Path.GetFileNameWithoutExtension(path), out long endOffset, out long epoch)) continue;
            if (snapshot is null || (endOffset, epoch).CompareTo((snapshot.Value.EndOffset, snapshot.Value.Epoch)) > 0) snapshot = (path, endOffset, epoch);
        }
        long snapshotEndOffset = snapshot?.EndOffset ?? 0;

        List<(long BaseOffset, string Path)> segments = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*" + SegmentExtension))
        {
            if (TryParseDigits(Path.GetFileNameWithoutExtension(path), OffsetDigits, out long baseOffset)) segments.Add((baseOffset, path));
        }
        segments.Sort();
        int firstIndex = Math.Max(0, segments.FindLastIndex(segment => segment.BaseOffset <= snapshotEndOffset));
        if (segments.Count > 0 && segments[firstIndex].BaseOffset > snapshotEndOffset)
        {
            throw new KafkaMetadataException(
                $"{folder} begins at offset {segments[firstIndex].BaseOffset}, and the snapshot that must stand before it is missing");
        }
        return new KafkaMetadataFiles(snapshot?.Path, snapshotEndOffset, [.. segments.Skip(firstIndex).Select(segment => segment.Path)]);
    }

    private static bool TryParseSnapshot(string name, out long endOffset, out long epoch)
    {
        endOffset = epoch = 0;
        return name.Length == OffsetDigits + 1 + EpochDigits && name[OffsetDigits] == '-'
            && TryParseDigits(name[..OffsetDigits], OffsetDigits, out endOffset)
            && TryParseDigits(name[(OffsetDigits + 1)..], EpochDigits, out epoch);
    }

    private static bool TryParseDigits(string text, int digits, out long number)
    {
        number = 0;
        return text.Length == digits && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
