namespace Sluice.Log;

/// <summary>How far opening a log directory has come.</summary>
/// <param name="LoadedCount">Partitions that are ready.</param>
/// <param name="TotalCount">Partitions that the directory holds.</param>
/// <param name="Last">The one that became ready last.</param>
public readonly record struct LogLoadProgress(int LoadedCount, int TotalCount, TopicPartition Last);
