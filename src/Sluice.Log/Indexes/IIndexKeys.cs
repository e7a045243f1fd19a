namespace Sluice.Log.Indexes;

/// <summary>The ascending keys of an index, so that one search serves every entry layout without a virtual call.</summary>
internal interface IIndexKeys
{
    /// <summary>Number of entries.</summary>
    int Count { get; }

    /// <summary>Number of entries in 8 KiB: the part of the index's end that stays in the page cache.</summary>
    int WarmCount { get; }

    /// <summary>Key in a slot.</summary>
    /// <param name="slot">0 to <see cref="Count"/> - 1.</param>
    long KeyAt(int slot);
}
