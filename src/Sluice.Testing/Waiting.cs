using System.Globalization;
using System.Text;

namespace Sluice.Testing;

/// <summary>A wait of a test, and what is to be said when it was in vain.</summary>
internal sealed class Waiting(TimeProvider brokerTime, RequestJournal requests, TimeSpan timeout)
{
    private const int ShownRequestsMax = 5;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(10);

    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private readonly DateTimeOffset _brokerTimeAtStart = brokerTime.GetUtcNow();

    /// <summary>Whether the time is up.</summary>
    public bool IsOver => TimeProvider.System.GetElapsedTime(_startedAt) >= timeout;

    /// <summary>Lets a moment of what is left pass, in real time.</summary>
    public Task PauseAsync(CancellationToken cancellationToken)
    {
        TimeSpan left = timeout - TimeProvider.System.GetElapsedTime(_startedAt);
        return left <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(left < LookAgainAfter ? left : LookAgainAfter, TimeProvider.System, cancellationToken);
    }

    /// <summary>Makes the exception that ends the wait.</summary>
    /// <param name="state">What is, and what was wanted.</param>
    /// <param name="details">A line for each thing that is worth a look.</param>
    public TimeoutException Fail(string state, params IReadOnlyList<string> details)
    {
        StringBuilder text = new(string.Create(CultureInfo.InvariantCulture, $"After {timeout.TotalSeconds} s {state}."));
        foreach (string detail in details) text.Append("\n  ").Append(detail);
        IReadOnlyList<SeenRequest> seen = requests.Snapshot();
        text.Append(seen.Count == 0 ? "\nNo client has asked for anything: is its bootstrap.servers the broker's BootstrapServers?" : "\nThe latest requests of clients:");
        foreach (SeenRequest request in seen.TakeLast(ShownRequestsMax)) text.Append("\n  ").Append(request);
        if (brokerTime != TimeProvider.System && brokerTime.GetUtcNow() == _brokerTimeAtStart)
        {
            text.Append("\nThe broker's clock stood still meanwhile: what waits for it, waits until the test moves it.");
            foreach (SeenRequest request in seen.Where(request => ClockWatch.WaitsForClock(request, brokerTime)).TakeLast(ShownRequestsMax))
                text.Append("\n  ").Append(ClockWatch.Describe(request));
        }
        return new TimeoutException(text.ToString());
    }
}
