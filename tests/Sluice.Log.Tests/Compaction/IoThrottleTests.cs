using Microsoft.Extensions.Time.Testing;
using Sluice.Log.Compaction;
using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests.Compaction;

public sealed class IoThrottleTests
{
    [Fact]
    public void What_fits_into_the_rate_does_not_wait()
    {
        var time = new FakeTimeProvider();
        var throttle = new IoThrottle(time, bytesPerSecond: 1000);
        for (int tenth = 0; tenth < 50; tenth++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            throttle.Spend(100, CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_comes_too_fast_waits_until_the_average_is_right()
    {
        var time = new FakeTimeProvider();
        var throttle = new IoThrottle(time, bytesPerSecond: 1000);
        throttle.Spend(300, CancellationToken.None);
        Task waiting = Task.Run(() => throttle.Spend(700, CancellationToken.None));
        await Eventually.TrueAsync(() => throttle.WaitersCount > 0); // The clock may be moved only now, or the wait's end would move along.
        time.Advance(TimeSpan.FromMilliseconds(999));
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_wait_ends_when_the_cleaner_stops()
    {
        var time = new FakeTimeProvider();
        var throttle = new IoThrottle(time, bytesPerSecond: 1);
        using var stopping = new CancellationTokenSource();
        Task waiting = Task.Run(() => throttle.Spend(1000, stopping.Token));
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Without_a_limit_nothing_waits()
    {
        var throttle = new IoThrottle(new FakeTimeProvider(), double.MaxValue);
        for (int count = 0; count < 1000; count++)
        {
            throttle.Spend(int.MaxValue, CancellationToken.None);
        }
    }
}
