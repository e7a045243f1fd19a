using Sluice.Broker.Coordinators.Groups;

namespace Sluice.Broker.Tests.Groups;

/// <summary>Background work that is done when a test says so.</summary>
internal sealed class BenchBackground : IBackgroundWork
{
    private readonly Queue<Action> _waiting = new();

    public void Run<T>(Func<T> work, Action<T> then) => _waiting.Enqueue(() => then(work()));

    // What is waited for in tests answers at once.
    public void RunWaiting<T>(Func<ValueTask<T>> work, Action<T> then) => _waiting.Enqueue(() =>
    {
        ValueTask<T> working = work();
        working.IsCompletedSuccessfully.ShouldBeTrue();
        then(working.Result);
    });

    public void Clear() => _waiting.Clear();

    public int RunAll()
    {
        int count = 0;
        for (; _waiting.TryDequeue(out Action? next); count++) next();
        return count;
    }
}
