using Sluice.Protocol;
using Sluice.Protocol.Records;
using static Sluice.Differential.Session;

namespace Sluice.Differential.Scenarios;

// What a broker changes in a batch that it keeps: looked at by fetching it.
internal static class ProduceRewriteScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Produce, "A topic's own compression", async s =>
        {
            foreach (string target in new[] { "uncompressed", "gzip", "snappy", "lz4", "zstd", "producer" })
            {
                Topic topic = await s.Topic(target, 1, ("compression.type", target));
                foreach (CompressionType codec in Enum.GetValues<CompressionType>())
                    await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 40, ValueBytes = 100, Compression = codec })), 9, $"{codec} to {target}");
                await s.Send(Reading.From(topic, 0), 12, $"{target}, what was kept");
            }
        }),
        new(ApiKey.Produce, "A topic's own compression keeps the producer", async s =>
        {
            Topic topic = await s.Topic("gzip", 1, ("compression.type", "gzip"));
            await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 4, ProducerId = 900_100, ProducerEpoch = 3, BaseSequence = 0 })), 9, "idempotent");
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "The broker's time", async s =>
        {
            foreach (string target in new[] { "producer", "zstd" })
            {
                Topic topic = await s.Topic(target, 1, ("message.timestamp.type", "LogAppendTime"), ("compression.type", target));
                foreach (short version in Versions(ApiKey.Produce))
                    await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 3, Compression = CompressionType.Gzip })), version, $"{target}, gzip");
                await s.Send(ProduceScenarios.To(topic, s.Batch(3)), 9, $"{target}, not compressed");
                await s.Send(Reading.From(topic, 0), 12, $"{target}, what was kept");
            }
        }),
        new(ApiKey.Produce, "A wrong maximum timestamp is corrected", async s =>
        {
            Topic topic = await s.Topic();
            foreach (CompressionType codec in new[] { CompressionType.None, CompressionType.Zstd })
            {
                foreach (long claimMs in new[] { -1L, 0L, s.NowMs - 900_000, s.NowMs - 1 })
                    await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 3, MaxTimestampMs = claimMs, Compression = codec })), 9, $"{codec}, {claimMs - s.NowMs > -2}, {claimMs < 1}");
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "Offsets with gaps", async s =>
        {
            Topic topic = await s.Topic();
            foreach (CompressionType codec in new[] { CompressionType.None, CompressionType.Lz4 })
            {
                byte[] batch = s.Batch(new BatchOptions { RecordsCount = 3, OffsetStep = 2, Compression = codec });
                await s.Send(ProduceScenarios.To(topic, batch), 9, $"{codec}, last offset as it is");
                await s.Send(ProduceScenarios.To(topic, Patch(batch, RecordBatchFormat.LastOffsetDeltaPosition, Bytes(2))), 9, $"{codec}, last offset as counted");
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "Records without a key, a value, a header or a byte", async s =>
        {
            Topic topic = await s.Topic();
            RecordBatchBuilder builder = new();
            builder.Append(s.NowMs - 100_000, NullableBytes.Null, NullableBytes.Null);
            builder.Append(s.NowMs - 100_000, Array.Empty<byte>(), Array.Empty<byte>());
            builder.Append(s.NowMs - 200_000, NullableBytes.Null, "value"u8.ToArray());
            builder.Append(s.NowMs - 300_000, "key"u8.ToArray(), NullableBytes.Null, [new("", null), new("", []), new("same", [1]), new("same", [2])]);
            await s.Send(ProduceScenarios.To(topic, builder.Build().ToArray()), 9, "four records");
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "Unused bits of a batch", async s =>
        {
            Topic topic = await s.Topic();
            byte[] batch = s.Batch(2);
            foreach (short attributes in new short[] { 0x80, 0x200, 0x4000 })
            {
                await s.Send(ProduceScenarios.To(topic, Patch(batch, RecordBatchFormat.AttributesPosition, Bytes(attributes))), 9, $"attributes 0x{attributes:x}");
                await s.Send(ProduceScenarios.To(topic, Patch(Patch(batch, RecordBatchFormat.AttributesPosition, Bytes(attributes)), RecordBatchFormat.MaxTimestampPosition, Bytes(5L))), 9, $"attributes 0x{attributes:x}, corrected");
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
    ];
}
