namespace Sluice.Broker.Coordinators.Share;

/// <summary>What became of the records of a share partition: runs in the order of offsets, none over another.</summary>
internal sealed class ShareStateBatches
{
    private readonly List<ShareStateBatch> _batches = [];

    /// <summary>The runs. Neighbours differ in state or count, or have records between them that were never delivered.</summary>
    public IReadOnlyList<ShareStateBatch> All => _batches;

    /// <summary>Takes a run in. Where one is known already, the higher delivery count holds, and with equal counts the higher state.</summary>
    public void Merge(ShareStateBatch added)
    {
        int index = FindFirstReaching(added.FirstOffset);
        int end = index;
        List<ShareStateBatch> pieces = [];
        long next = added.FirstOffset;
        for (; end < _batches.Count && _batches[end].FirstOffset <= added.LastOffset; end++)
        {
            ShareStateBatch known = _batches[end];
            if (known.FirstOffset < next) pieces.Add(known with { LastOffset = next - 1 });
            else if (known.FirstOffset > next) pieces.Add(added with { FirstOffset = next, LastOffset = known.FirstOffset - 1 });
            long first = Math.Max(known.FirstOffset, next);
            long last = Math.Min(known.LastOffset, added.LastOffset);
            pieces.Add((IsOver(added, known) ? added : known) with { FirstOffset = first, LastOffset = last });
            if (known.LastOffset > last) pieces.Add(known with { FirstOffset = last + 1 });
            next = last + 1;
        }
        if (next <= added.LastOffset) pieces.Add(added with { FirstOffset = next });

        // The neighbours on both sides may be of the same kind.
        if (index > 0) pieces.Insert(0, _batches[--index]);
        if (end < _batches.Count) pieces.Add(_batches[end++]);
        _batches.RemoveRange(index, end - index);
        _batches.InsertRange(index, Joined(pieces));
    }

    /// <summary>Forgets the records below <paramref name="offset"/>.</summary>
    public void RemoveBelow(long offset)
    {
        int index = FindFirstReaching(offset);
        _batches.RemoveRange(0, index);
        if (_batches.Count > 0 && _batches[0].FirstOffset < offset) _batches[0] = _batches[0] with { FirstOffset = offset };
    }

    private static bool IsOver(ShareStateBatch one, ShareStateBatch other) =>
        one.DeliveryCount != other.DeliveryCount ? one.DeliveryCount > other.DeliveryCount : one.State > other.State;

    private static IEnumerable<ShareStateBatch> Joined(List<ShareStateBatch> pieces)
    {
        ShareStateBatch current = pieces[0];
        foreach (ShareStateBatch piece in pieces.Skip(1))
        {
            if (piece.FirstOffset == current.LastOffset + 1 && piece.State == current.State && piece.DeliveryCount == current.DeliveryCount)
            {
                current = current with { LastOffset = piece.LastOffset };
                continue;
            }
            yield return current;
            current = piece;
        }
        yield return current;
    }

    // Index of the first run whose end is not below the offset.
    private int FindFirstReaching(long offset)
    {
        int low = 0;
        int high = _batches.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_batches[middle].LastOffset < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
