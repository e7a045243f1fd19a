using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Metadata.Kafka;

/// <summary>A broker that is registered with the cluster, running or not.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogDirectories">Ids of its log directories; empty if it is of a version that did not say.</param>
public sealed record KafkaBroker(int Id, ImmutableArray<Uuid> LogDirectories);
