using Sluice.Protocol;

namespace Sluice.Differential;

/// <summary>A topic that a scenario has made on one peer.</summary>
internal sealed record Topic(string Name, Uuid Id, int PartitionsCount);
