using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class IdempotentProduceScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Produce, "Idempotent: sequences in order, repeated and skipped", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                Topic topic = await s.Topic($"v{version}");
                long producerId = await NewProducer(s);
                async Task Try(int sequence, string what, int count = 2, short epoch = 0) => await s.Send(
                    ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = count, ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence })), version, what);
                for (int sequence = 0; sequence < 14; sequence += 2) await Try(sequence, $"sequence {sequence}");
                for (int sequence = 12; sequence >= 0; sequence -= 2) await Try(sequence, $"sequence {sequence} once more");
                await Try(12, "the last one, but longer", count: 3);
                await Try(12, "the last one, but shorter", count: 1);
                await Try(16, "one skipped");
                await Try(14, "the next one");
                await Try(-1, "no sequence");
                await Try(-2, "negative sequence");
                await s.Send(Reading.From(topic, 0), 12, $"what version {version} kept");
            }
        }),
        new(ApiKey.Produce, "Idempotent: epochs", async s =>
        {
            Topic topic = await s.Topic();
            long producerId = await NewProducer(s);
            async Task Try(short epoch, int sequence, string what) => await s.Send(
                ProduceScenarios.To(topic, s.Batch(new BatchOptions { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence })), 9, what);
            await Try(5, 0, "epoch 5");
            await Try(5, 1, "epoch 5, next");
            await Try(4, 2, "older epoch");
            await Try(6, 2, "newer epoch, old sequence");
            await Try(6, 0, "newer epoch, from 0");
            await Try(5, 2, "the epoch before");
            await Try(6, 0, "newer epoch, once more");
            await Try(6, 1, "newer epoch, next");
            await Try(-1, 2, "no epoch");
            await Try(short.MaxValue, 0, "highest epoch");
        }),
        new(ApiKey.Produce, "Idempotent: a producer nobody knows may start anywhere", async s =>
        {
            Topic topic = await s.Topic();
            int producer = 0;
            foreach (int sequence in new[] { 0, 1, 77, int.MaxValue })
                await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { ProducerId = 910_000 + producer++, ProducerEpoch = 0, BaseSequence = sequence })), 9, $"sequence {sequence}");
        }),
        new(ApiKey.Produce, "Idempotent: sequences wrap", async s =>
        {
            Topic topic = await s.Topic();
            long producerId = await NewProducer(s);
            async Task Try(int sequence, int count, string what) => await s.Send(
                ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = count, ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence })), 9, what);
            await Try(int.MaxValue - 2, 2, "before the end");
            await Try(int.MaxValue, 3, "over the end");
            await Try(int.MaxValue, 3, "over the end, once more");
            await Try(1, 1, "one repeated");
            await Try(2, 1, "behind the end");
        }),
        new(ApiKey.Produce, "Idempotent: several producers and partitions", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            long one = await NewProducer(s);
            long two = await NewProducer(s);
            foreach (int partition in new[] { 0, 1 })
            {
                foreach (long producer in new[] { one, two })
                {
                    await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { ProducerId = producer, ProducerEpoch = 0, BaseSequence = 0 }), partition: partition), 9, $"partition {partition}, {(producer == one ? "one" : "two")}");
                    await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { ProducerId = producer, ProducerEpoch = 0, BaseSequence = 2 }), partition: partition), 9, $"partition {partition}, {(producer == one ? "one" : "two")}, skipped");
                }
            }
        }),
        new(ApiKey.Produce, "Idempotent: records deleted below do not forget the producer", async s =>
        {
            Topic topic = await s.Topic();
            long producerId = await NewProducer(s);
            async Task Try(int sequence, string what) => await s.Send(
                ProduceScenarios.To(topic, s.Batch(new BatchOptions { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence })), 9, what);
            await Try(0, "first");
            await Try(1, "second");
            await s.DeleteRecordsBelow(topic, 2);
            await Try(0, "first, once more");
            await Try(2, "third");
            await Try(4, "one skipped");
        }),
    ];

    public static async Task<long> NewProducer(Session s)
    {
        long producerId = -1;
        await s.WaitUntil("there is a producer id", async () =>
        {
            // Kafka says COORDINATOR_LOAD_IN_PROGRESS until its first block of ids is there.
            InitProducerIdResponse response = await s.Ask(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 60_000 }, 4);
            producerId = response.ProducerId;
            return response.ErrorCode == ErrorCode.None;
        });
        return producerId;
    }
}
