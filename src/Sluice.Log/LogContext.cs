using Microsoft.Extensions.Logging;
using Sluice.Log.Storage;

namespace Sluice.Log;

/// <summary>What the logs of one directory share.</summary>
/// <param name="Directory">Their directory.</param>
/// <param name="Io">Where file calls go.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Where events go.</param>
/// <param name="Metrics">What is counted.</param>
/// <param name="Remover">Removes files after their delay.</param>
/// <param name="Options">The manager's settings.</param>
internal sealed record LogContext(
    LogDirectory Directory, IFileIo Io, TimeProvider Time, ILogger Logger, LogMetrics Metrics, DelayedRemover Remover, LogManagerOptions Options)
{
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
