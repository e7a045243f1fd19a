namespace Sluice.Bench.Load.Wire;

/// <summary>What one connection of a load asks, over and over.</summary>
/// <remarks>
/// <see cref="Send"/> and <see cref="Receive"/> may run on different threads; each is called from one. Answers come in the order
/// of the requests.
/// </remarks>
internal abstract class RequestPattern
{
    /// <summary>Records that one request or its answer carries.</summary>
    public abstract int RecordsPerRequest { get; }

    /// <summary>Whether the broker answers at all.</summary>
    public virtual bool IsAnswered => true;

    /// <summary>Sends the next request.</summary>
    /// <returns>Bytes that count as moved by it: the record batch of a produce, 0 of a fetch.</returns>
    public abstract int Send(WireSocket socket);

    /// <summary>Receives the answer to the oldest unanswered request.</summary>
    /// <returns>Bytes that count as moved by it: the answer to a fetch, 0 for a produce.</returns>
    /// <exception cref="InvalidDataException">The broker refused.</exception>
    public abstract int Receive(WireSocket socket);

    /// <summary>Waits until the broker has done everything that was sent, where its answers did not say so.</summary>
    /// <remarks>The protocol's order makes that one exchange more.</remarks>
    public virtual void Finish(WireSocket socket)
    {
    }
}
