namespace Sluice.Bench.Load.Reporting;

/// <summary>One figure of a report.</summary>
/// <param name="Name">Lower case with underscores, unit at the end: the name in JSON.</param>
/// <param name="Value">The figure.</param>
/// <param name="Decimals">Digits after the point that mean something.</param>
internal sealed record Measure(string Name, double Value, int Decimals);
