namespace Sluice.Client.Admin;

/// <summary>Where a share group is in one partition.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Partition">0 or more.</param>
/// <param name="StartOffset">First record that may still be delivered; null while that is not decided.</param>
/// <param name="Lag">Records that are not finished with; null where it is not known.</param>
public sealed record ShareGroupOffset(string Topic, int Partition, long? StartOffset, long? Lag = null);
