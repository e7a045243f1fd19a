using Sluice.Protocol;

namespace Sluice.Bench.Micro.Transactions;

/// <summary>A topic to write to.</summary>
internal sealed record BenchTarget(string Name, Uuid Id);
