namespace Sluice.Log.Inspection;

/// <summary>How far an inspection is: written by the thread that does it, read by any.</summary>
public sealed class InspectionProgress
{
    private long _doneBytes;
    private long _totalBytes;
    private long _recordsCount;

    /// <summary>Bytes of log files that have been read.</summary>
    public long DoneBytes => Volatile.Read(ref _doneBytes);

    /// <summary>Bytes of log files that there are to read; 0 while nobody has counted them.</summary>
    public long TotalBytes => Volatile.Read(ref _totalBytes);

    /// <summary>Records in the batches that have been read, as the batches' headers claim.</summary>
    public long RecordsCount => Volatile.Read(ref _recordsCount);

    internal void AddTotal(long bytes) => Interlocked.Add(ref _totalBytes, bytes);

    internal void Add(long bytes, long recordsCount)
    {
        Interlocked.Add(ref _doneBytes, bytes);
        Interlocked.Add(ref _recordsCount, recordsCount);
    }
}
