namespace Sluice.Lab.Measuring;

/// <summary>Where the file is when a run begins.</summary>
internal enum CacheState
{
    /// <summary>In the page cache.</summary>
    Warm = 0,

    /// <summary>On the disk only: POSIX_FADV_DONTNEED before each run.</summary>
    Evicted,
}
