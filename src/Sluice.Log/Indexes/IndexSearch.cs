namespace Sluice.Log.Indexes;

/// <summary>Binary search over an index, its warm end first.</summary>
/// <remarks>
/// Most lookups ask for the log's end. A plain binary search over the whole index touches pages in its middle that nobody else reads, so a
/// fetch at the tail can wait for the disk; searching the last 8 KiB first keeps such lookups on pages that appends have just written.
/// </remarks>
internal static class IndexSearch
{
    /// <summary>Finds the last entry whose key is not above a target.</summary>
    /// <returns>The slot, or -1 if every key is above the target or the index is empty.</returns>
    public static int SlotAtOrBelow<TKeys>(TKeys keys, long target)
        where TKeys : struct, IIndexKeys, allows ref struct
    {
        int count = keys.Count;
        if (count == 0)
        {
            return -1;
        }

        int firstWarmSlot = Math.Max(0, count - 1 - keys.WarmCount);
        if (keys.KeyAt(firstWarmSlot) <= target)
        {
            return Search(keys, target, firstWarmSlot, count - 1);
        }

        return keys.KeyAt(0) > target ? -1 : Search(keys, target, 0, firstWarmSlot);
    }

    // Invariant: key(low) <= target, and the answer lies in [low, high].
    private static int Search<TKeys>(TKeys keys, long target, int low, int high)
        where TKeys : struct, IIndexKeys, allows ref struct
    {
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high + 1) >> 1);
            if (keys.KeyAt(middle) <= target)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
