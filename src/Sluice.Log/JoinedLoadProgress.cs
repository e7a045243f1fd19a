namespace Sluice.Log;

/// <summary>Adds up the progress of directories that are opened side by side.</summary>
/// <param name="target">Hears the sums, one call at a time; null for nobody.</param>
/// <param name="directoriesCount">How many directories there are.</param>
internal sealed class JoinedLoadProgress(IProgress<LogLoadProgress>? target, int directoriesCount)
{
    private readonly Lock _lock = new();
    private readonly int[] _loadedCounts = new int[directoriesCount];
    private readonly int[] _totalCounts = new int[directoriesCount];

    /// <summary>What one directory reports to.</summary>
    public IProgress<LogLoadProgress>? Of(int directoryIndex) => target is null ? null : new One(this, directoryIndex);

    private void Report(int directoryIndex, LogLoadProgress value)
    {
        lock (_lock)
        {
            // Reports of one directory come from several threads and may overtake each other.
            _loadedCounts[directoryIndex] = Math.Max(_loadedCounts[directoryIndex], value.LoadedCount);
            _totalCounts[directoryIndex] = value.TotalCount;
            target!.Report(new LogLoadProgress(_loadedCounts.Sum(), _totalCounts.Sum(), value.Last));
        }
    }

    private sealed class One(JoinedLoadProgress joined, int directoryIndex) : IProgress<LogLoadProgress>
    {
        public void Report(LogLoadProgress value) => joined.Report(directoryIndex, value);
    }
}
