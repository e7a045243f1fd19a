using Sluice.Log.Segments;

namespace Sluice.Log.Inspection;

/// <summary>Where the files of a segment are.</summary>
/// <param name="BaseOffset">The offset that names them.</param>
/// <param name="LogPath">The <c>.log</c> file, of whatever suffix.</param>
internal readonly record struct SegmentPaths(long BaseOffset, string LogPath)
{
    public string OffsetIndexPath => WithExtension(SegmentFiles.OffsetIndexExtension);

    public string TimeIndexPath => WithExtension(SegmentFiles.TimeIndexExtension);

    public string TransactionIndexPath => WithExtension(SegmentFiles.TransactionIndexExtension);

    private string WithExtension(string extension)
    {
        string name = Path.GetFileName(LogPath);
        int dotIndex = name.IndexOf('.', StringComparison.Ordinal);
        string suffix = name[(dotIndex + SegmentFiles.LogExtension.Length)..];
        return Path.Combine(Path.GetDirectoryName(LogPath)!, string.Concat(name.AsSpan(0, dotIndex), extension, suffix));
    }
}
