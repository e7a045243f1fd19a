namespace Sluice.Log.Segments;

/// <summary>Finishes or undoes what an interrupted deletion, compaction or split left in a partition's directory.</summary>
internal static class LeftoverFiles
{
    /// <summary>Brings a directory back to plain segments.</summary>
    /// <remarks>
    /// <c>.deleted</c> and <c>.cleaned</c> files go: the ones were on their way out, the others were not finished. A <c>.swap</c> was finished, so
    /// it replaces the segments that it was made from; unless the step before it did not finish, which a <c>.cleaned</c> file at or below its base
    /// offset shows.
    /// </remarks>
    public static void Clean(string directory)
    {
        long smallestCleanedOffset = long.MaxValue;
        var swaps = new List<string>();
        foreach (string path in Directory.GetFiles(directory))
        {
            string name = Path.GetFileName(path);
            if (name.EndsWith(SegmentFiles.DeletedSuffix, StringComparison.Ordinal) || name.EndsWith(".tmp", StringComparison.Ordinal))
            {
                File.Delete(path);
            }
            else if (name.EndsWith(SegmentFiles.CleanedSuffix, StringComparison.Ordinal))
            {
                smallestCleanedOffset = Math.Min(smallestCleanedOffset, OffsetOf(name));
                File.Delete(path);
            }
            else if (name.EndsWith(SegmentFiles.SwapSuffix, StringComparison.Ordinal))
            {
                swaps.Add(path);
            }
        }

        foreach (string path in swaps.Where(path => OffsetOf(Path.GetFileName(path)) >= smallestCleanedOffset))
        {
            File.Delete(path);
        }

        swaps.RemoveAll(path => !File.Exists(path));
        RemoveReplaced(directory, swaps);
        foreach (string path in swaps)
        {
            File.Move(path, path[..^SegmentFiles.SwapSuffix.Length], overwrite: true);
        }

        RemoveOrphanIndexes(directory);
    }

    private static void RemoveReplaced(string directory, List<string> swaps)
    {
        long firstOffset = long.MaxValue;
        long nextOffset = long.MinValue;
        foreach (string path in swaps)
        {
            string name = Path.GetFileName(path);
            if (SegmentFiles.TryParse(name, SegmentFiles.LogExtension + SegmentFiles.SwapSuffix, out long baseOffset))
            {
                firstOffset = Math.Min(firstOffset, baseOffset);
                nextOffset = Math.Max(nextOffset, NextOffsetOf(path, baseOffset));
            }
        }

        foreach (string path in Directory.GetFiles(directory))
        {
            string name = Path.GetFileName(path);
            foreach (string extension in SegmentFiles.Extensions)
            {
                if (SegmentFiles.TryParse(name, extension, out long baseOffset) && baseOffset >= firstOffset && baseOffset < nextOffset)
                {
                    File.Delete(path);
                }
            }
        }
    }

    private static long NextOffsetOf(string logPath, long baseOffset)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(logPath);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(file, 0, RandomAccess.GetLength(file), window);
        long nextOffset = baseOffset;
        while (scanner.MoveNext())
        {
            nextOffset = scanner.Current.NextOffset;
        }

        return nextOffset;
    }

    private static void RemoveOrphanIndexes(string directory)
    {
        foreach (string path in Directory.GetFiles(directory))
        {
            string name = Path.GetFileName(path);
            foreach (string extension in SegmentFiles.Extensions)
            {
                if (extension != SegmentFiles.LogExtension
                    && SegmentFiles.TryParse(name, extension, out long baseOffset)
                    && !File.Exists(SegmentFiles.Path(directory, baseOffset, SegmentFiles.LogExtension)))
                {
                    File.Delete(path);
                }
            }
        }
    }

    private static long OffsetOf(string name) =>
        long.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf('.', StringComparison.Ordinal))), out long offset) ? offset : long.MaxValue;
}
