using Sluice.Broker.Fetching;

namespace Sluice.Broker.Tests.Fetching;

public sealed class WokenFetchesTests
{
    private readonly WokenFetches _woken = new();

    [Fact]
    public async Task Fetches_that_a_request_wakes_go_on_in_its_thread_when_it_lets_them()
    {
        (FetchWaiter waiter, Task wait) = Wait(out Func<int> threadId);
        Collect(waiter);
        wait.IsCompleted.ShouldBeFalse("the request's own answer comes first");

        _woken.Run();
        await wait;
        threadId().ShouldBe(Environment.CurrentManagedThreadId);
        waiter.Dispose();
    }

    [Fact]
    public async Task What_is_more_than_one_thread_should_answer_goes_to_others()
    {
        const int count = WokenFetches.CountMax + 3;
        var waits = Enumerable.Range(0, count).Select(_ => Wait(out Func<int> threadId) is var (waiter, wait) ? (Waiter: waiter, Wait: wait, ThreadId: threadId) : default).ToArray();
        Collect([.. waits.Select(static wait => wait.Waiter)]);

        // Those that were not taken need nobody to let them go on.
        await Task.WhenAll(waits[WokenFetches.CountMax..].Select(static wait => wait.Wait)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        waits[..WokenFetches.CountMax].ShouldAllBe(static wait => !wait.Wait.IsCompleted);
    }

    [Fact]
    public async Task What_a_fetch_wakes_that_goes_on_is_left_to_the_thread_pool()
    {
        (FetchWaiter outer, Task outerWait) = Wait(out _);
        (FetchWaiter inner, Task innerWait) = Wait(out Func<int> innerThreadId);
        WokenFetches ofOuter = new();
        Task nested = outerWait.ContinueWith(
            _ =>
            {
                ofOuter.Begin();
                inner.Wake();
                WokenFetches.End();
            },
            TestContext.Current.CancellationToken,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        // A thread of its own, which no task of the pool can be on by chance.
        var thread = new Thread(() =>
        {
            Collect(outer);
            _woken.Run();
        });
        thread.Start();

        await nested;
        await innerWait.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        innerThreadId().ShouldNotBe(thread.ManagedThreadId);
        thread.Join();
    }

    [Fact]
    public async Task Without_a_request_that_collects_a_fetch_goes_on_by_itself()
    {
        (FetchWaiter waiter, Task wait) = Wait(out _);
        waiter.Wake();
        await wait.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private static (FetchWaiter Waiter, Task Wait) Wait(out Func<int> threadId)
    {
        FetchWaiter waiter = new(TimeProvider.System);
        int id = 0;
        threadId = () => id;
        return (waiter, WaitAsync());

        async Task WaitAsync()
        {
            await waiter.WaitAsync([], 1, readCommitted: false, TimeSpan.FromMinutes(1), CancellationToken.None);
            id = Environment.CurrentManagedThreadId;
        }
    }

    private void Collect(params FetchWaiter[] waiters)
    {
        _woken.Begin();
        foreach (FetchWaiter waiter in waiters) waiter.Wake();
        WokenFetches.End();
    }
}
