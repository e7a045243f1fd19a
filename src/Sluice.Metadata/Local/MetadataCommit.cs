namespace Sluice.Metadata.Local;

/// <summary>One frame of the log: changes that happened together.</summary>
/// <param name="Version">Of the image that has them.</param>
/// <param name="TimeMs">When, in milliseconds since 1970; for readers of the file, never used.</param>
/// <param name="Changes">At least one.</param>
internal sealed record MetadataCommit(long Version, long TimeMs, IReadOnlyList<MetadataChange> Changes);
