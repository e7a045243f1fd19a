namespace Sluice.Client.Admin;

/// <summary>A directory in which a broker keeps partitions.</summary>
/// <param name="BrokerId">The broker.</param>
/// <param name="Path">On the broker's machine.</param>
/// <param name="Error">Why it cannot be used; null = it can.</param>
/// <param name="TotalBytes">Size of its file system; -1 = not told.</param>
/// <param name="UsableBytes">What is free of it; -1 = not told.</param>
/// <param name="Partitions">What is in it.</param>
/// <param name="IsCordoned">Whether it gets no new partitions; false where a broker before Kafka 4.3 does not tell.</param>
public sealed record LogDirectory(
    int BrokerId,
    string Path,
    string? Error,
    long TotalBytes,
    long UsableBytes,
    IReadOnlyList<LogDirectoryPartition> Partitions,
    bool IsCordoned);
