using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Offsets;

/// <summary>What a group committed for one partition.</summary>
/// <param name="Offset">Next offset to read.</param>
/// <param name="LeaderEpoch">Epoch of the record before it; -1 = not told.</param>
/// <param name="Metadata">Text of the client; may be empty.</param>
/// <param name="CommitTimestampMs">Unix time of the commit.</param>
/// <param name="ExpireTimestampMs">Unix time at which it ends, as old clients may ask for; -1 = by the broker's rule.</param>
/// <param name="TopicId">Id of the topic at the time of the commit; zero = not known.</param>
/// <param name="RecordOffset">Where the commit stands in the coordinator's log.</param>
internal readonly record struct CommittedOffset(
    long Offset, int LeaderEpoch, string Metadata, long CommitTimestampMs, long ExpireTimestampMs, Uuid TopicId, long RecordOffset);
