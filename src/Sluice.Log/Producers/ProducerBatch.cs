using Sluice.Protocol.Records;

namespace Sluice.Log.Producers;

/// <summary>What is remembered of one batch of an idempotent producer, to recognise it when it comes again.</summary>
/// <param name="LastSequence">Sequence of its last record; -1 if the producer wrote none (only a marker was seen).</param>
/// <param name="LastOffset">Offset of its last record.</param>
/// <param name="OffsetDelta">Its last offset less its first one, which is also its sequences' difference.</param>
/// <param name="TimestampMs">Its largest timestamp.</param>
internal readonly record struct ProducerBatch(int LastSequence, long LastOffset, int OffsetDelta, long TimestampMs)
{
    public int FirstSequence => LastSequence < 0 ? RecordBatchFormat.NoSequence : RecordSequence.Decrement(LastSequence, OffsetDelta);

    public long FirstOffset => LastOffset - OffsetDelta;
}
