using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Coordinators.Runtime;

namespace Sluice.Broker.Tests.Groups;

/// <summary>The timers of a shard.</summary>
public sealed class ShardTimersTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ShardTimers _timers;
    private readonly List<string> _ran = [];

    public ShardTimersTests() => _timers = new ShardTimers(_time);

    [Fact]
    public void Timers_run_in_their_order()
    {
        _timers.Schedule(Named("late"), 20);
        _timers.Schedule(Named("early"), 10);
        Pass(9);
        _ran.ShouldBeEmpty();
        Pass(11);
        _ran.ShouldBe(["early", "late"]);
        _timers.NextDueMs.ShouldBeNull();
    }

    [Fact]
    public void A_timer_that_is_put_off_runs_once_at_its_new_time()
    {
        ShardTimer timer = Named("a");
        _timers.Schedule(timer, 10);
        Pass(5);
        _timers.Schedule(timer, 10);
        Pass(9);
        _ran.ShouldBeEmpty();
        Pass(1);
        _ran.ShouldBe(["a"]);
        Pass(100);
        _ran.Count.ShouldBe(1);
    }

    [Fact]
    public void A_timer_that_is_brought_forward_runs_once_at_its_new_time()
    {
        ShardTimer timer = Named("a");
        _timers.Schedule(timer, 100);
        _timers.Schedule(timer, 10);
        Pass(10);
        _ran.ShouldBe(["a"]);
        Pass(200);
        _ran.Count.ShouldBe(1);
    }

    [Fact]
    public void A_timer_that_is_called_off_does_not_run_and_can_be_set_again()
    {
        ShardTimer timer = Named("a");
        _timers.Schedule(timer, 10);
        _timers.Cancel(timer);
        timer.IsScheduled.ShouldBeFalse();
        Pass(20);
        _ran.ShouldBeEmpty();
        _timers.Schedule(timer, 5);
        _timers.ScheduledCount.ShouldBe(1);
        Pass(5);
        _ran.ShouldBe(["a"]);
        _timers.ScheduledCount.ShouldBe(0);
    }

    [Fact]
    public void Timers_that_were_called_off_do_not_pile_up()
    {
        for (int i = 0; i < 10_000; i++)
        {
            ShardTimer timer = Named("gone");
            _timers.Schedule(timer, 1_000_000);
            _timers.Cancel(timer);
        }
        ShardTimer last = Named("kept");
        _timers.Schedule(last, 2_000_000);
        _timers.QueuedCount.ShouldBeLessThan(1000);
        Pass(2_000_000);
        _ran.ShouldBe(["kept"]);
    }

    private ShardTimer Named(string name) => new(() => _ran.Add(name));

    private void Pass(long milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _timers.RunDue();
    }
}
