namespace Sluice.Metadata.Local;

/// <summary>The first frame of each metadata file.</summary>
/// <param name="Format">The version of the layout; a higher one than <see cref="FormatNewest"/> is refused.</param>
/// <param name="Kind"><see cref="KindLog"/> or <see cref="KindSnapshot"/>, so that swapped files are noticed.</param>
/// <param name="ClusterId">The cluster that the file belongs to.</param>
/// <param name="Version">Of the image that the snapshot holds, or that the first commit of the log builds on.</param>
/// <param name="ChangesCount">How many frames follow in a snapshot; 0 in a log, which has no end.</param>
internal sealed record MetadataFileHeader(int Format, string Kind, string ClusterId, long Version, int ChangesCount)
{
    internal const int FormatNewest = 1;
    internal const string KindLog = "sluice-metadata-log";
    internal const string KindSnapshot = "sluice-metadata-snapshot";
}
