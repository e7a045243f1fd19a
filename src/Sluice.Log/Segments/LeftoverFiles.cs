using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Log.Segments;

/// <summary>Finishes or undoes what an interrupted deletion, compaction or split left in a partition's directory.</summary>
/// <remarks>
/// <c>.deleted</c> and <c>.cleaned</c> files go: the ones were on their way out, the others were not finished. A <c>.swap</c> was finished, so it
/// replaces the segments that it was made from; unless the step before it did not finish, which a <c>.cleaned</c> file at or below its base offset
/// shows.
/// <para>
/// Every step leaves a directory from which the next start draws the same conclusion, so this may itself be interrupted anywhere. Runs on one
/// thread while nobody else knows of the log.
/// </para>
/// </remarks>
internal static class LeftoverFiles
{
    private const string LogSwapExtension = SegmentFiles.LogExtension + SegmentFiles.SwapSuffix;

    /// <summary>Brings a directory back to plain segments; the names are on the device when it returns.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Clean(IFileIo io, string directory)
    {
        string[] paths = Directory.GetFiles(directory);
        string[] cleaned = Array.FindAll(paths, static path => path.EndsWith(SegmentFiles.CleanedSuffix, StringComparison.Ordinal));
        List<string> swaps = [.. paths.Where(static path => path.EndsWith(SegmentFiles.SwapSuffix, StringComparison.Ordinal))];
        bool changed = false;
        foreach (string path in paths)
        {
            if (path.EndsWith(SegmentFiles.DeletedSuffix, StringComparison.Ordinal) || path.EndsWith(".tmp", StringComparison.Ordinal))
            {
                io.Delete(path);
                changed = true;
            }
        }

        // The .cleaned files last: as long as one is there, the .swap files are known to be incomplete.
        long smallestCleanedOffset = cleaned.Length == 0 ? long.MaxValue : cleaned.Min(OffsetOf);
        List<string> incomplete = swaps.FindAll(path => OffsetOf(path) >= smallestCleanedOffset);
        DeleteAll(io, directory, incomplete);
        DeleteAll(io, directory, cleaned);
        swaps.RemoveAll(incomplete.Contains);
        DeleteAll(io, directory, FindReplaced(directory, swaps));
        PutInPlace(io, directory, swaps);
        changed |= RemoveOrphanIndexes(io, directory);
        if (changed)
        {
            io.SyncDirectory(directory);
        }
    }

    // The lowest segment first, and each on the device before the next: what is in place already must lie below everything that the next start
    // would have to put in place. A .log before its indexes: once it is there, none of them is taken for a replaced file.
    private static void PutInPlace(IFileIo io, string directory, List<string> swaps)
    {
        foreach (IGrouping<long, string> segment in swaps.GroupBy(OffsetOf).OrderBy(static segment => segment.Key))
        {
            foreach (string path in segment.OrderBy(static path => path.EndsWith(LogSwapExtension, StringComparison.Ordinal) ? 0 : 1))
            {
                io.Move(path, path[..^SegmentFiles.SwapSuffix.Length]);
            }

            io.SyncDirectory(directory);
        }
    }

    // On the device before the next step begins: a file that came back after a power cut would be taken for what it is not.
    private static void DeleteAll(IFileIo io, string directory, IReadOnlyCollection<string> paths)
    {
        foreach (string path in paths)
        {
            io.Delete(path);
        }

        if (paths.Count > 0)
        {
            io.SyncDirectory(directory);
        }
    }

    private static List<string> FindReplaced(string directory, List<string> swaps)
    {
        var replaced = new List<string>();
        long firstOffset = long.MaxValue;
        long nextOffset = long.MinValue;
        foreach (string path in swaps)
        {
            if (SegmentFiles.TryParse(Path.GetFileName(path), LogSwapExtension, out long baseOffset))
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
                    replaced.Add(path);
                }
            }
        }

        return replaced;
    }

    // An empty segment replaces at least the one whose name it takes.
    private static long NextOffsetOf(string logPath, long baseOffset)
    {
        using SafeFileHandle file = File.OpenHandle(logPath);
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        var scanner = new BatchHeaderScanner(file, 0, RandomAccess.GetLength(file), window);
        long nextOffset = baseOffset + 1;
        while (scanner.MoveNext())
        {
            nextOffset = scanner.Current.NextOffset;
        }

        return nextOffset;
    }

    private static bool RemoveOrphanIndexes(IFileIo io, string directory)
    {
        bool removed = false;
        foreach (string path in Directory.GetFiles(directory))
        {
            string name = Path.GetFileName(path);
            foreach (string extension in SegmentFiles.Extensions)
            {
                if (extension != SegmentFiles.LogExtension
                    && SegmentFiles.TryParse(name, extension, out long baseOffset)
                    && !File.Exists(SegmentFiles.Path(directory, baseOffset, SegmentFiles.LogExtension)))
                {
                    io.Delete(path);
                    removed = true;
                }
            }
        }

        return removed;
    }

    private static long OffsetOf(string path)
    {
        string name = Path.GetFileName(path);
        return long.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf('.', StringComparison.Ordinal))), out long offset) ? offset : long.MaxValue;
    }
}
