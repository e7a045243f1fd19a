using Sluice.Log.Producers;
using Sluice.Log.Segments;

namespace Sluice.Log.Compaction;

/// <summary>Which batch of each remembered producer a compaction must leave behind, emptied if need be.</summary>
/// <remarks>
/// After a crash the producers are learnt from the batches. Without its last batch a producer that goes on would be refused for a gap in its
/// sequences, or a batch of its that comes again would be appended twice. A copy, taken under the partition's lock; immutable afterwards.
/// </remarks>
internal sealed class ActiveProducers
{
    private readonly Dictionary<long, (long LastDataOffset, short Epoch)> _producers = [];

    /// <summary>Copies what is needed.</summary>
    /// <param name="producers">The partition's producers.</param>
    public ActiveProducers(IEnumerable<ProducerState> producers)
    {
        foreach (ProducerState producer in producers)
        {
            _producers[producer.ProducerId] = (producer.BatchesCount == 0 ? -1 : producer.Last.LastOffset, producer.Epoch);
        }
    }

    /// <summary>Whether a batch is the last that the log has of its producer: of its data, or else of its markers under the current epoch.</summary>
    public bool NeedsBatch(in BatchHeader batch) =>
        batch.HasProducerId
        && _producers.TryGetValue(batch.ProducerId, out (long LastDataOffset, short Epoch) producer)
        && (producer.LastDataOffset >= 0
            ? batch.LastOffset == producer.LastDataOffset
            : batch.IsControl && batch.ProducerEpoch == producer.Epoch);
}
