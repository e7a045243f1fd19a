using Sluice.Lab.Measuring;

namespace Sluice.Lab.Http;

/// <summary>What repeated runs of one server with one file gave.</summary>
/// <param name="Server">Its name.</param>
/// <param name="FileBytes">Length of the file.</param>
/// <param name="RequestsPerSecond">Answers per second.</param>
/// <param name="CpuSecondsPerGigabyte">Processor time for 10⁹ bytes of files.</param>
/// <param name="CpuMicrosecondsPerRequest">Processor time of one answer.</param>
/// <param name="P99Us">99th percentile of the answers' times, in microseconds.</param>
internal sealed record HttpMeasures(
    string Server, long FileBytes, Figure RequestsPerSecond, Figure CpuSecondsPerGigabyte, Figure CpuMicrosecondsPerRequest, Figure P99Us)
{
    internal static HttpMeasures Of(HttpServerKind kind, long fileBytes, IReadOnlyList<LoadRun> runs) => new(
        HttpServerNames.Of(kind),
        fileBytes,
        Figure.Of(runs.Select(run => run.RequestsPerSecond)),
        Figure.Of(runs.Select(run => run.CpuSecondsPerGigabyte(fileBytes))),
        Figure.Of(runs.Select(run => run.CpuMicrosecondsPerRequest)),
        Figure.Of(runs.Select(run => run.P99Us)));
}
