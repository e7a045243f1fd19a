namespace Sluice.Log.Checkpoints;

/// <summary>Which leader epoch wrote which offsets of one partition.</summary>
/// <remarks>
/// Changed under the partition's lock; read by any thread through an array that is replaced, never changed. Pure: the owner writes
/// <see cref="Entries"/> to the checkpoint when <see cref="Version"/> has moved and before a recovery point that covers the change.
/// </remarks>
internal sealed class LeaderEpochCache
{
    private volatile EpochEntry[] _entries;
    private int _version;

    public LeaderEpochCache(IEnumerable<EpochEntry> entries) => _entries = [.. entries.OrderBy(entry => entry.Epoch)];

    /// <summary>All entries, ascending in both fields.</summary>
    public IReadOnlyList<EpochEntry> Entries => _entries;

    /// <summary>Counts changes, for whoever must write them down.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Latest epoch, or -1.</summary>
    public int LatestEpoch => _entries is [.., var last] ? last.Epoch : -1;

    /// <summary>Notes that an epoch begins at an offset; entries that contradict it are dropped.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Assign(int epoch, long startOffset)
    {
        EpochEntry[] entries = _entries;
        if (epoch < 0 || (entries is [.., var last] && last.Epoch == epoch && startOffset >= last.StartOffset))
        {
            return false;
        }

        int keptCount = entries.Length;
        while (keptCount > 0 && (entries[keptCount - 1].Epoch >= epoch || entries[keptCount - 1].StartOffset >= startOffset))
        {
            keptCount--;
        }

        Replace([.. entries.AsSpan(0, keptCount), new EpochEntry(epoch, startOffset)]);
        return true;
    }

    /// <summary>Answers where the records of an epoch end.</summary>
    /// <param name="epoch">The epoch asked for.</param>
    /// <param name="logEndOffset">Where the latest epoch ends.</param>
    /// <returns>The largest known epoch at or below the one asked for and its end offset; (-1, -1) if that is not known.</returns>
    public EpochEndOffset EndOffsetFor(int epoch, long logEndOffset)
    {
        EpochEntry[] entries = _entries;
        if (epoch == -1 || entries.Length == 0 || epoch > entries[^1].Epoch)
        {
            return EpochEndOffset.Undefined;
        }

        if (epoch == entries[^1].Epoch)
        {
            return new EpochEndOffset(epoch, logEndOffset);
        }

        if (epoch < entries[0].Epoch)
        {
            return new EpochEndOffset(epoch, entries[0].StartOffset);
        }

        int index = entries.Length - 1;
        while (entries[index].Epoch > epoch)
        {
            index--;
        }

        return new EpochEndOffset(entries[index].Epoch, entries[index + 1].StartOffset);
    }

    /// <summary>Epoch that wrote an offset, or -1.</summary>
    public int EpochFor(long offset)
    {
        EpochEntry[] entries = _entries;
        for (int index = entries.Length - 1; index >= 0; index--)
        {
            if (entries[index].StartOffset <= offset)
            {
                return entries[index].Epoch;
            }
        }

        return -1;
    }

    /// <summary>Drops the epochs that began at or above an offset.</summary>
    public void TruncateFromEnd(long offset)
    {
        EpochEntry[] entries = _entries;
        int keptCount = entries.Length;
        while (keptCount > 0 && entries[keptCount - 1].StartOffset >= offset)
        {
            keptCount--;
        }

        if (keptCount != entries.Length)
        {
            Replace(entries[..keptCount]);
        }
    }

    /// <summary>Drops the epochs that ended below an offset; the one that contains it begins there from now on.</summary>
    public void TruncateFromStart(long offset)
    {
        EpochEntry[] entries = _entries;
        int containing = entries.Length - 1;
        while (containing >= 0 && entries[containing].StartOffset > offset)
        {
            containing--;
        }

        if (containing < 0 || (containing == 0 && entries[0].StartOffset == offset))
        {
            return;
        }

        Replace([entries[containing] with { StartOffset = offset }, .. entries.AsSpan(containing + 1)]);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        if (_entries.Length != 0)
        {
            Replace([]);
        }
    }

    private void Replace(EpochEntry[] entries)
    {
        _entries = entries;
        Interlocked.Increment(ref _version);
    }
}
