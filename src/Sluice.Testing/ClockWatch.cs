using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Sluice.Testing;

/// <summary>Notices clients that wait in real time for a broker whose clock the test does not move: the commonest way in which virtual time makes a test hang.</summary>
/// <remarks>Looks once a second, if the clock is not the system's. Any thread.</remarks>
internal sealed partial class ClockWatch : IAsyncDisposable
{
    private const int WarningsMax = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Longer than any long poll of a client's defaults, so that what waits has a reason to wait.
    private static readonly TimeSpan SuspiciousAfter = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<long, string> _warningsByRequest = [];
    private readonly TimeProvider _time;
    private readonly RequestJournal _requests;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;

    public ClockWatch(TimeProvider time, RequestJournal requests, ILoggerFactory loggers)
    {
        _time = time;
        _requests = requests;
        _logger = loggers.CreateLogger<SluiceBroker>();
        if (time != TimeProvider.System) _timer = TimeProvider.System.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>What was noticed, in the order of the requests.</summary>
    public IReadOnlyList<string> Warnings => [.. _warningsByRequest.OrderBy(static pair => pair.Key).Select(static pair => pair.Value)];

    /// <summary>The requests that wait for the clock now.</summary>
    public IEnumerable<SeenRequest> FindWaiting() => _time == TimeProvider.System ? [] : _requests.Snapshot().Where(request => WaitsForClock(request, _time));

    /// <summary>Whether a request is being served for so long that it can only be waiting for a clock that has not moved since it came.</summary>
    public static bool WaitsForClock(SeenRequest request, TimeProvider time) =>
        !request.IsDone && !request.WaitsForRecords && request.RealDuration >= SuspiciousAfter && time.GetUtcNow() == request.At;

    /// <summary>Says what waits, and what to do.</summary>
    public static string Describe(SeenRequest request) => string.Create(
        CultureInfo.InvariantCulture,
        $"{request} has waited for {request.RealDuration.TotalSeconds:F0} s of real time, while the broker's clock stood still. The client goes by the system's clock: move the broker's (Advance), or leave {nameof(SluiceBrokerOptions.WithTimeProvider)} out.");

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void Look()
    {
        foreach (SeenRequest request in FindWaiting())
        {
            if (_warningsByRequest.Count >= WarningsMax) return;
            string warning = Describe(request);
            if (_warningsByRequest.TryAdd(request.Number, warning)) ClockStandsStill(_logger, warning);
        }
    }

    [LoggerMessage(7001, LogLevel.Warning, "{Warning}", EventName = "ClockStandsStill")]
    private static partial void ClockStandsStill(ILogger logger, string warning);
}
