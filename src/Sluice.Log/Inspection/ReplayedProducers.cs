using Sluice.Log.Indexes;
using Sluice.Log.Producers;
using Sluice.Log.Segments;

namespace Sluice.Log.Inspection;

/// <summary>The producers of a partition, learnt from its batches as recovery learns them.</summary>
internal sealed class ReplayedProducers
{
    private readonly ProducerStateManager _producers = new();

    public IReadOnlyCollection<ProducerState> Producers => _producers.Producers;

    /// <summary>Begins with the producers of a snapshot, if it can be read.</summary>
    /// <param name="snapshotPath">The file, which need not be there.</param>
    /// <param name="offset">The offset that names it.</param>
    /// <returns>Whether it could be read; otherwise there are no producers.</returns>
    public bool TryBegin(string snapshotPath, long offset)
    {
        _producers.Clear(offset);
        var producers = new List<ProducerState>();
        if (!File.Exists(snapshotPath) || !ProducerSnapshot.TryDecode(ReadOnlyFile.ReadAll(snapshotPath), producers))
        {
            return false;
        }

        // Nobody is forgotten: that is for the broker that opens the log.
        _producers.Load(producers, offset, nowMs: 0, expirationMs: long.MaxValue);
        return true;
    }

    /// <summary>Takes in a batch.</summary>
    /// <param name="bytes">The whole batch, checked, with its final offsets.</param>
    /// <returns>The aborted transaction that it ends; null if it ends none with records.</returns>
    public AbortedTransactionEntry? Update(ReadOnlySpan<byte> bytes)
    {
        BatchHeader header = BatchHeader.Read(bytes);
        ControlMarker marker = header.IsControl && header.SizeBytes <= ControlBatchReader.BytesMax ? ControlBatchReader.Read(bytes) : ControlMarker.None;
        return _producers.Update(header, marker) is { IsAborted: true } aborted
            ? new AbortedTransactionEntry(aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, _producers.LastStableOffsetAfter(aborted))
            : null;
    }
}
