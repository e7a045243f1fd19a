using Sluice.Broker.Requests;

namespace Sluice.Broker.Fetching;

/// <summary>How a fetch is to be read.</summary>
/// <param name="ApiVersion">Version of the request, which decides some error codes.</param>
/// <param name="MaxBytes">Limit over all partitions; the first batch found is returned whole even if it is longer.</param>
/// <param name="ReadCommitted">Read up to the last stable offset, and list aborted transactions.</param>
/// <param name="IsReplica">The request says that it comes from a follower.</param>
/// <param name="Client">Who asks, and may read only what it is allowed to; null where that has been seen to.</param>
internal readonly record struct FetchOptions(short ApiVersion, int MaxBytes, bool ReadCommitted, bool IsReplica, RequestContext? Client);

/// <summary>What a read found.</summary>
/// <param name="Bytes">Bytes of records over all partitions.</param>
/// <param name="MustAnswer">Some partition has an error or diverged: the client must hear of it at once.</param>
internal readonly record struct FetchOutcome(long Bytes, bool MustAnswer);
