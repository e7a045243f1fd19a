using Microsoft.Win32.SafeHandles;
using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>The files of a partition's directory, sorted by what a broker would make of them.</summary>
internal sealed class PartitionContents
{
    private PartitionContents(string path) => FullPath = path;

    public string FullPath { get; }

    /// <summary>The segments that make up the log, ascending. A finished output of compaction stands in the place of what it replaces.</summary>
    public List<SegmentPaths> Segments { get; } = [];

    /// <summary>Producer snapshots, ascending.</summary>
    public List<(long Offset, string Path)> Snapshots { get; } = [];

    /// <summary>Files that are no part of the log.</summary>
    public List<string> Leftovers { get; } = [];

    /// <summary>Bytes of the <c>.log</c> files in a directory; 0 if it is gone.</summary>
    public static long LogBytesOf(string path)
    {
        try
        {
            return Read(path).Segments.Sum(static segment => ReadOnlyFile.LengthOf(segment.LogPath));
        }
        catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException)
        {
            return 0; // A running broker has removed it; whoever reads it next is told.
        }
    }

    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static PartitionContents Read(string path)
    {
        var contents = new PartitionContents(path);
        string[] files = Directory.GetFiles(path);
        var swaps = new List<SegmentPaths>();
        long smallestCleanedOffset = long.MaxValue;
        foreach (string file in files)
        {
            string name = Path.GetFileName(file);
            if (SegmentFiles.TryParse(name, SegmentFiles.LogExtension, out long offset))
            {
                contents.Segments.Add(new SegmentPaths(offset, file));
            }
            else if (SegmentFiles.TryParse(name, SegmentFiles.SnapshotExtension, out offset))
            {
                contents.Snapshots.Add((offset, file));
            }
            else if (SegmentFiles.TryParse(name, SegmentFiles.LogExtension + SegmentFiles.SwapSuffix, out offset))
            {
                swaps.Add(new SegmentPaths(offset, file));
            }
            else if (SegmentFiles.TryParse(name, SegmentFiles.LogExtension + SegmentFiles.CleanedSuffix, out offset))
            {
                smallestCleanedOffset = Math.Min(smallestCleanedOffset, offset);
            }

            if (IsLeftover(name))
            {
                contents.Leftovers.Add(file);
            }
        }

        contents.PutInPlace(swaps.FindAll(swap => swap.BaseOffset < smallestCleanedOffset));
        contents.Segments.Sort(static (left, right) => left.BaseOffset.CompareTo(right.BaseOffset));
        contents.Snapshots.Sort(static (left, right) => left.Offset.CompareTo(right.Offset));
        contents.Leftovers.Sort(StringComparer.Ordinal);
        contents.AddOrphans(files);
        return contents;
    }

    private static bool IsLeftover(string name) =>
        name.EndsWith(".tmp", StringComparison.Ordinal)
        || name.EndsWith(SegmentFiles.DeletedSuffix, StringComparison.Ordinal)
        || name.EndsWith(SegmentFiles.CleanedSuffix, StringComparison.Ordinal)
        || name.EndsWith(SegmentFiles.SwapSuffix, StringComparison.Ordinal);

    // As a start does, without touching anything: see LeftoverFiles.
    private void PutInPlace(List<SegmentPaths> swaps)
    {
        if (swaps.Count == 0)
        {
            return;
        }

        long firstOffset = swaps.Min(static swap => swap.BaseOffset);
        long nextOffset = swaps.Max(static swap => NextOffsetOf(swap));
        Segments.RemoveAll(segment => segment.BaseOffset >= firstOffset && segment.BaseOffset < nextOffset);
        Segments.AddRange(swaps);
    }

    private static long NextOffsetOf(SegmentPaths segment)
    {
        using SafeFileHandle file = ReadOnlyFile.Open(segment.LogPath);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(file, 0, RandomAccess.GetLength(file), window);
        long nextOffset = segment.BaseOffset + 1;
        while (scanner.MoveNext())
        {
            nextOffset = scanner.Current.NextOffset;
        }

        return nextOffset;
    }

    private void AddOrphans(string[] files)
    {
        HashSet<long> baseOffsets = [.. Segments.Select(static segment => segment.BaseOffset)];
        foreach (string file in files)
        {
            foreach (string extension in SegmentFiles.Extensions)
            {
                if (extension != SegmentFiles.LogExtension
                    && SegmentFiles.TryParse(Path.GetFileName(file), extension, out long offset)
                    && !baseOffsets.Contains(offset))
                {
                    Leftovers.Add(file);
                }
            }
        }
    }
}
