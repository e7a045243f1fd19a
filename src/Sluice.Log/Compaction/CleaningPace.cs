namespace Sluice.Log.Compaction;

/// <summary>What a round asks at every read and write: may it go on, and how fast.</summary>
/// <param name="throttle">Shared by all cleaner threads.</param>
/// <param name="counts">Receives the bytes.</param>
/// <param name="source">What the round works on, and whether that still makes sense.</param>
/// <param name="cancellationToken">Ends the round.</param>
internal sealed class CleaningPace(IoThrottle throttle, CleaningCounts counts, CleaningSource source, CancellationToken cancellationToken)
{
    /// <summary>Notes bytes that were read; returns when as many more may be.</summary>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public void OnRead(int bytes)
    {
        counts.BytesRead += bytes;
        Pause(bytes);
    }

    /// <summary>Notes bytes that were written; returns when as many more may be.</summary>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public void OnWritten(int bytes)
    {
        counts.BytesWritten += bytes;
        Pause(bytes);
    }

    /// <summary>Looks whether to go on.</summary>
    /// <exception cref="OperationCanceledException">The round was given up.</exception>
    public void ThrowIfUnwanted()
    {
        cancellationToken.ThrowIfCancellationRequested();
        source.ThrowIfChanged();
    }

    private void Pause(int bytes)
    {
        ThrowIfUnwanted();
        throttle.Spend(bytes, cancellationToken);
    }
}
