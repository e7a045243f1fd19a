using System.Globalization;

namespace Sluice.Log.Segments;

/// <summary>Names of the files of a segment: its base offset as 20 decimal digits, and what kind of file it is.</summary>
internal static class SegmentFiles
{
    public const string LogExtension = ".log";
    public const string OffsetIndexExtension = ".index";
    public const string TimeIndexExtension = ".timeindex";
    public const string TransactionIndexExtension = ".txnindex";
    public const string SnapshotExtension = ".snapshot";
    public const string DeletedSuffix = ".deleted";
    public const string CleanedSuffix = ".cleaned";
    public const string SwapSuffix = ".swap";

    private const int OffsetDigits = 20;

    /// <summary>The four files that a segment can have.</summary>
    public static ReadOnlySpan<string> Extensions => ExtensionsArray;

    private static readonly string[] ExtensionsArray = [LogExtension, OffsetIndexExtension, TimeIndexExtension, TransactionIndexExtension];

    public static string Path(string directory, long offset, string extension) =>
        System.IO.Path.Combine(directory, offset.ToString("D20", CultureInfo.InvariantCulture) + extension);

    /// <summary>Takes the offset out of a file name of a given kind.</summary>
    /// <param name="fileName">Name without a directory.</param>
    /// <param name="extension">Extension with any suffix, such as <c>.log.swap</c>.</param>
    /// <param name="offset">The offset.</param>
    /// <returns>False if the name is not of that kind.</returns>
    public static bool TryParse(string fileName, string extension, out long offset)
    {
        offset = 0;
        return fileName.Length == OffsetDigits + extension.Length
            && fileName.EndsWith(extension, StringComparison.Ordinal)
            && long.TryParse(fileName.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }
}
