using Sluice.Broker.Coordinators.Runtime;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>Background work of one shard, on the thread pool.</summary>
/// <param name="slots">Limits how much of it runs at the same time; shared with the other shards.</param>
/// <param name="shard">The shard, which is there before it asks for work.</param>
internal sealed class BackgroundWork(SemaphoreSlim slots, Func<CoordinatorShard<GroupShard>> shard) : IBackgroundWork
{
    /// <inheritdoc/>
    public void Run<T>(Func<T> work, Action<T> then) => _ = RunAsync(() => ValueTask.FromResult(work()), then);

    /// <inheritdoc/>
    public void RunWaiting<T>(Func<ValueTask<T>> work, Action<T> then) => _ = RunAsync(work, then);

    private async Task RunAsync<T>(Func<ValueTask<T>> work, Action<T> then)
    {
        await slots.WaitAsync().ConfigureAwait(false);
        T result;
        try
        {
            result = await Task.Run(async () => await work().ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }

        // A shard that was given up meanwhile does not run it: whoever takes over starts anew.
        await shard().RunAsync(
            _ =>
            {
                then(result);
                return Task.CompletedTask;
            },
            CancellationToken.None).ConfigureAwait(false);
    }
}
