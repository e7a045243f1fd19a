namespace Sluice.Log.Inspection;

/// <summary>Keeps account of what a copy leaves out: neighbouring damage is one range.</summary>
internal sealed class CopyLosses
{
    private readonly List<LostOffsets> _ranges = [];
    private LostOffsets? _open;

    public IReadOnlyList<LostOffsets> Ranges => _ranges;

    public long RangesCount { get; private set; }

    public long SkippedBytes { get; private set; }

    /// <summary>Something was left out.</summary>
    /// <param name="fromOffset">Offset that should have come next.</param>
    /// <param name="path">The file.</param>
    /// <param name="batch">What was left out.</param>
    /// <param name="reason">Why; null if nothing is lost by it.</param>
    public void OnSkipped(long fromOffset, string path, in InspectedBatch batch, string? reason)
    {
        SkippedBytes += batch.LengthBytes;
        if (reason is not null)
        {
            _open ??= new LostOffsets(fromOffset, null, path, batch.PositionBytes, reason);
        }
    }

    /// <summary>A batch was written.</summary>
    public void OnWritten(long baseOffset)
    {
        if (_open is { } open && baseOffset > open.FromOffset)
        {
            Add(open with { UpToOffset = baseOffset });
        }

        _open = null;
    }

    /// <summary>The log has ended.</summary>
    public void Finish()
    {
        if (_open is { } open)
        {
            Add(open);
        }

        _open = null;
    }

    private void Add(LostOffsets range)
    {
        RangesCount++;
        if (_ranges.Count < CopiedPartition.LostMax)
        {
            _ranges.Add(range);
        }
    }
}
