namespace Sluice.Lab.Lookups;

/// <summary>A way to find an entry in a sorted index file. Not thread-safe.</summary>
internal interface IIndexReader : IDisposable
{
    /// <summary>System calls so far.</summary>
    long CallsCount { get; }

    /// <summary>Finds the last entry whose key is at or below another.</summary>
    /// <returns>Its number; -1 where there is none.</returns>
    int Lookup(int key);
}
