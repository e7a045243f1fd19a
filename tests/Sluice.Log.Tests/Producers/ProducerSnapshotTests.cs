using Sluice.Log.Producers;

namespace Sluice.Log.Tests.Producers;

public sealed class ProducerSnapshotTests
{
    // One producer as Kafka writes it: id 4000, epoch 2, last sequence 12 at offset 1002, three records, an open transaction from 900.
    private const string OneProducer =
        "0001" + "1cffe81e" + "00000001"
        + "0000000000000fa0" + "0002" + "0000000c" + "00000000000003ea" + "00000002" + "0000018bcfe56800" + "00000009" + "0000000000000384";

    [Fact]
    public void A_snapshot_is_written_as_kafka_writes_it()
    {
        var producer = new ProducerState(4000) { CoordinatorEpoch = 9, TransactionFirstOffset = 900, LastTimestampMs = 1_700_000_000_000 };
        producer.Add(2, new ProducerBatch(12, 1002, 2, 1_700_000_000_000));
        Convert.ToHexString(ProducerSnapshot.Encode([producer])).ShouldBe(OneProducer, StringCompareShould.IgnoreCase);
    }

    [Fact]
    public void A_snapshot_of_kafka_is_read()
    {
        var producers = new List<ProducerState>();
        ProducerSnapshot.TryDecode(Convert.FromHexString(OneProducer), producers).ShouldBeTrue();
        ProducerState producer = producers.ShouldHaveSingleItem();
        producer.ProducerId.ShouldBe(4000);
        producer.Epoch.ShouldBe((short)2);
        producer.Last.ShouldBe(new ProducerBatch(12, 1002, 2, 1_700_000_000_000));
        producer.Last.FirstSequence.ShouldBe(10);
        producer.CoordinatorEpoch.ShouldBe(9);
        producer.TransactionFirstOffset.ShouldBe(900);
    }

    [Fact]
    public void Any_damage_makes_a_snapshot_useless()
    {
        byte[] good = Convert.FromHexString(OneProducer);
        for (int position = 0; position < good.Length; position++)
        {
            byte[] damaged = [.. good];
            damaged[position] ^= 4;
            ProducerSnapshot.TryDecode(damaged, []).ShouldBeFalse($"byte {position}");
            ProducerSnapshot.TryDecode(good.AsSpan(0, position), []).ShouldBeFalse($"{position} bytes");
        }
    }
}
