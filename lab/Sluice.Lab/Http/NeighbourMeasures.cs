using Sluice.Lab.Measuring;

namespace Sluice.Lab.Http;

/// <summary>What repeated runs of one server in one phase gave; times of the small transfers in microseconds.</summary>
internal sealed record NeighbourMeasures(string Server, NeighbourPhase Phase, Figure P50Us, Figure P99Us, Figure MaxUs, Figure LargeMegabytesPerSecond)
{
    /// <summary>Sums up.</summary>
    internal static NeighbourMeasures Of(HttpServerKind server, NeighbourPhase phase, IReadOnlyList<NeighbourRun> runs) => new(
        HttpServerNames.Of(server),
        phase,
        Figure.Of(runs.Select(run => run.P50Us)),
        Figure.Of(runs.Select(run => run.P99Us)),
        Figure.Of(runs.Select(run => run.MaxUs)),
        Figure.Of(runs.Select(run => run.LargeMegabytesPerSecond)));
}
