using Sluice.Protocol;

namespace Sluice.Client.Producing;

/// <summary>Where a record went.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">0 or more.</param>
/// <param name="Offset">Its offset; -1 = not told, as without acknowledgements.</param>
/// <param name="TimestampMs">The broker's time if the topic stamps records itself; -1 = the record keeps its own.</param>
public readonly record struct Delivery(string Topic, int Partition, long Offset, long TimestampMs);
