namespace Sluice.Bench.Load.Running;

/// <summary>What ends a phase of a run, and how fast it goes.</summary>
/// <param name="Duration">Time after which no further request is sent; null = no limit.</param>
/// <param name="RequestsPerConnection">Requests after which a connection stops; null = no limit.</param>
/// <param name="RequestsPerSecond">Fixed rate of all connections together; null = as fast as answers come.</param>
/// <param name="InFlight">Requests of one connection that may be unanswered; without meaning at a fixed rate.</param>
internal sealed record LoadPhase(TimeSpan? Duration, long? RequestsPerConnection, double? RequestsPerSecond, int InFlight);
