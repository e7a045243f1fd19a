using Sluice.Protocol;

namespace Sluice.Bench.Load.Wire;

/// <summary>A topic made for a run, and how to talk about it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; newer versions say that instead of the name.</param>
/// <param name="ProduceVersion">Highest version of Produce that both sides know.</param>
/// <param name="FetchVersion">Highest version of Fetch that both sides know.</param>
internal sealed record BenchTopic(string Name, Uuid Id, short ProduceVersion, short FetchVersion);
