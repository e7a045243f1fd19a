using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>An answer that waits for other members or for time to pass.</summary>
/// <typeparam name="TResponse">The message that will be filled.</typeparam>
/// <param name="response">Belongs to the request that waits; filled by whichever operation completes it.</param>
internal sealed class Parked<TResponse>(TResponse response)
    where TResponse : class, IResponse
{
    // Continuations never run inside the operation that completes it: that holds the shard.
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is filled before <see cref="Complete"/>.</summary>
    public TResponse Response { get; } = response;

    /// <summary>Ends when the response is complete.</summary>
    public Task Done => _done.Task;

    /// <summary>Lets the request go; once.</summary>
    public void Complete() => _done.SetResult();
}
