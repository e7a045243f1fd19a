namespace Sluice.Log.Producers;

/// <summary>The writes that wait for the word of a transaction's coordinator, by producer.</summary>
/// <remarks>Under the partition's lock. Never more than there are requests under way: whoever takes a guard gives it back.</remarks>
internal sealed class TransactionGuards
{
    private readonly Dictionary<long, Guard> _byProducer = [];
    private long _lastId;

    /// <summary>Producers with writes that wait.</summary>
    public int Count => _byProducer.Count;

    /// <summary>Takes the guard of a producer, the one that is there or a new one.</summary>
    /// <param name="producerId">The producer.</param>
    /// <param name="epoch">Its epoch; a later one makes the guard a new one.</param>
    /// <param name="firstSequence">Sequence of the first record that is to be written; -1 for records without.</param>
    /// <returns>More than 0.</returns>
    public long Take(long producerId, short epoch, int firstSequence)
    {
        if (!_byProducer.TryGetValue(producerId, out Guard guard) || guard.Epoch < epoch) guard = new Guard(++_lastId, epoch, firstSequence, Holders: 0);
        _byProducer[producerId] = guard with { LowestSequence = Math.Min(guard.LowestSequence, firstSequence), Holders = guard.Holders + 1 };
        return guard.Id;
    }

    /// <summary>Gives a guard back, whatever became of it.</summary>
    public void Return(long producerId, long id)
    {
        if (!_byProducer.TryGetValue(producerId, out Guard guard) || guard.Id != id) return;
        if (guard.Holders == 1) _byProducer.Remove(producerId);
        else _byProducer[producerId] = guard with { Holders = guard.Holders - 1 };
    }

    /// <summary>Whether a guard is still good.</summary>
    public bool IsGood(long producerId, long id) => _byProducer.TryGetValue(producerId, out Guard guard) && guard.Id == id;

    /// <summary>Whether a batch that must come before is still waiting: it was sent earlier, and is overtaken.</summary>
    public bool IsOvertaking(long producerId, short epoch, int firstSequence) =>
        _byProducer.TryGetValue(producerId, out Guard guard) && guard.Epoch == epoch && firstSequence > guard.LowestSequence;

    /// <summary>Makes the guard of a producer worthless.</summary>
    public void Drop(long producerId) => _byProducer.Remove(producerId);

    /// <summary>Makes all of them worthless.</summary>
    public void Clear() => _byProducer.Clear();

    private readonly record struct Guard(long Id, short Epoch, int LowestSequence, int Holders);
}
