using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;
using static Sluice.Differential.Session;

namespace Sluice.Differential.Scenarios;

// What a broker looks at in a batch before it keeps it.
internal static class ProduceValidationScenarios
{
    private static readonly short[] SomeVersions = [3, 7, 8, 9, 13];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Produce, "Bytes that are not one whole batch", async s =>
        {
            Topic topic = await s.Topic();
            byte[] batch = s.Batch(2);
            foreach (short version in SomeVersions)
            {
                async Task Try(byte[] records, string what) => await s.Send(ProduceScenarios.To(topic, records), version, what);
                await Try(batch[..10], "ten bytes");
                await Try(batch[..20], "twenty bytes");
                await Try(batch[..60], "less than a header");
                await Try(batch[..^1], "one byte missing");
                await Try([.. batch, .. batch], "two batches");
                await Try([.. batch, .. batch[..^5]], "a batch and most of another");
                foreach (int bytes in new[] { 1, 11, 12, 17, 20, 61 }) await Try([.. batch, .. new byte[bytes]], $"{bytes} zero bytes behind");
                await Try([.. batch, .. Enumerable.Repeat((byte)255, 30)], "thirty bytes of ones behind");
                foreach (int length in new[] { 0, 13, 14, 48, 49, -1, int.MinValue, int.MaxValue })
                    await Try(PatchBelowCrc(batch, RecordBatchFormat.LengthPosition, Bytes(length)), $"length {length}");
                foreach (byte magic in new byte[] { 0, 1, 3, 127, 255 })
                    await Try(PatchBelowCrc(batch, RecordBatchFormat.MagicPosition, [magic]), $"magic {magic}");
                await Try(new byte[100], "a hundred zero bytes");
                await Try([.. Enumerable.Repeat((byte)255, 100)], "a hundred bytes of ones");
            }
        }),
        new(ApiKey.Produce, "Null records", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in new short[] { 3, 9, 13 })
            {
                ProduceRequest request = ProduceScenarios.To(topic, []);
                request.TopicData[0].PartitionData[0].Records = Records.Null;
                await s.Send(request, version, "null", TimeSpan.FromSeconds(1));
            }
        }),
        new(ApiKey.Produce, "Header fields that contradict each other", async s =>
        {
            Topic topic = await s.Topic();
            byte[] batch = s.Batch(3);
            foreach (short version in SomeVersions)
            {
                async Task Try(byte[] records, string what) => await s.Send(ProduceScenarios.To(topic, records), version, what);
                await Try(PatchBelowCrc(batch, RecordBatchFormat.CrcPosition, Bytes(1)), "wrong CRC");
                foreach (long offset in new[] { 1L, -1L, long.MaxValue }) await Try(Patch(batch, RecordBatchFormat.BaseOffsetPosition, Bytes(offset)), $"base offset {offset}");
                foreach (int epoch in new[] { 0, 5, int.MaxValue, -7 }) await Try(Patch(batch, RecordBatchFormat.PartitionLeaderEpochPosition, Bytes(epoch)), $"leader epoch {epoch}");
                foreach (int count in new[] { 0, 1, 4, -1, int.MaxValue }) await Try(Patch(batch, RecordBatchFormat.RecordsCountPosition, Bytes(count)), $"records count {count}");
                foreach (int delta in new[] { -1, 0, 1, 3, int.MaxValue }) await Try(Patch(batch, RecordBatchFormat.LastOffsetDeltaPosition, Bytes(delta)), $"last offset delta {delta}");
                await Try(Patch(Patch(batch, RecordBatchFormat.LastOffsetDeltaPosition, Bytes(-1)), RecordBatchFormat.RecordsCountPosition, Bytes(0)), "no records and no offsets");
                foreach (short attributes in new short[] { 0x20, 0x10, 0x30, 0x40, 0x80, 0x100, 0x08, 5, 6, 7, 1, 2, 3, 4, unchecked((short)0x8000) })
                    await Try(Patch(batch, RecordBatchFormat.AttributesPosition, Bytes(attributes)), $"attributes 0x{attributes:x}");
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "Records that cannot be read", async s =>
        {
            Topic topic = await s.Topic();
            byte[] batch = s.Batch(new BatchOptions { RecordsCount = 3, ValueBytes = 5, HasKeys = false });
            foreach (short version in new short[] { 7, 9 })
            {
                async Task Try(byte[] records, string what) => await s.Send(ProduceScenarios.To(topic, records), version, what);
                int first = RecordBatchFormat.RecordsPosition;
                await Try(Patch(batch, first, [0x7e]), "first record too long");
                await Try(Patch(batch, first, [0x02]), "first record too short");
                await Try(Patch(batch, first, [0x01]), "first record of negative length");
                await Try(Patch(batch, first + 1, [0xff]), "attributes of the first record");
                await Try(Patch(batch, first + 4, [0x0a]), "key longer than it is");
                await Try(Patch(batch, first + 4, [0x03]), "key of length -2");
                await Try(Patch(batch, first + 5, [0x7e]), "value longer than the record");
                await Try(Patch([.. batch, 0, 0], RecordBatchFormat.LengthPosition, Bytes(batch.Length + 2 - RecordBatchFormat.LogOverheadBytes)), "two bytes behind the last record");
                foreach (CompressionType codec in new[] { CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd })
                {
                    byte[] compressed = s.Batch(new BatchOptions { RecordsCount = 3, Compression = codec });
                    await Try(Patch(compressed, first, [1, 2, 3, 4]), $"{codec}: no such format");
                    byte[] cut = compressed[..^6];
                    await Try(Patch(cut, RecordBatchFormat.LengthPosition, Bytes(cut.Length - RecordBatchFormat.LogOverheadBytes)), $"{codec}: cut off");
                    await Try(Patch(compressed, RecordBatchFormat.RecordsCountPosition, Bytes(4)), $"{codec}: a record less than said");
                    await Try(Patch(Patch(compressed, RecordBatchFormat.RecordsCountPosition, Bytes(2)), RecordBatchFormat.LastOffsetDeltaPosition, Bytes(1)), $"{codec}: a record more than said");
                    byte[] empty = s.Batch(new BatchOptions { RecordsCount = 1, Compression = codec })[..first];
                    await Try(Patch(empty, RecordBatchFormat.LengthPosition, Bytes(empty.Length - RecordBatchFormat.LogOverheadBytes)), $"{codec}: nothing");
                }
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "Batches larger than the topic takes", async s =>
        {
            Topic topic = await s.Topic("small", 1, ("max.message.bytes", "1000"));
            byte[] fits = s.Batch(new BatchOptions { ValueBytes = 1000 - 61 - 40, HasKeys = false });
            foreach (short version in SomeVersions)
            {
                foreach (int extra in new[] { 0, 1, 2, 3, 10, 1000 })
                {
                    byte[] batch = s.Batch(new BatchOptions { ValueBytes = 1000 - fits.Length + 1000 - 61 - 40 + extra, HasKeys = false });
                    s.Note($"v{version} size with {extra} more", batch.Length);
                    await s.Send(ProduceScenarios.To(topic, batch), version, $"{extra} more");
                }
                await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { ValueBytes = 5000, Compression = CompressionType.Gzip })), version, "small only when compressed");
            }
        }),
        new(ApiKey.Produce, "Batches larger than a segment", async s =>
        {
            Topic topic = await s.Topic("segments", 1, ("segment.bytes", "1048576"), ("max.message.bytes", "4000000"));
            await s.Send(ProduceScenarios.To(topic, s.Batch(1, valueBytes: 1_048_000)), 9, "just below");
            await s.Send(ProduceScenarios.To(topic, s.Batch(1, valueBytes: 1_048_576)), 9, "just above");
            await s.Send(ProduceScenarios.To(topic, s.Batch(1, valueBytes: 2_000_000)), 9, "far above");
            await s.Send(ProduceScenarios.To(topic, s.Batch(1)), 9, "small");
        }),
        new(ApiKey.Produce, "A compacted topic wants keys", async s =>
        {
            foreach (string policy in new[] { "compact", "compact,delete" })
            {
                Topic topic = await s.Topic(policy.Replace(',', '-'), 1, ("cleanup.policy", policy));
                foreach (short version in SomeVersions)
                {
                    await s.Send(ProduceScenarios.To(topic, s.Batch(2)), version, $"{policy}: with keys");
                    foreach (CompressionType codec in new[] { CompressionType.None, CompressionType.Gzip })
                        await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 3, HasKeys = false, Compression = codec })), version, $"{policy}: without, {codec}");
                }
            }
        }),
        new(ApiKey.Produce, "Timestamps too old and too new", async s =>
        {
            const long hourMs = 3_600_000;
            Topic plain = await s.Topic("plain");
            Topic strict = await s.Topic("strict", 1, ("message.timestamp.before.max.ms", "600000"), ("message.timestamp.after.max.ms", "600000"));
            Topic append = await s.Topic("append", 1, ("message.timestamp.type", "LogAppendTime"), ("message.timestamp.before.max.ms", "600000"));
            foreach (Topic topic in new[] { plain, strict, append })
            {
                string name = topic.Name[(topic.Name.LastIndexOf('.') + 1)..];
                foreach (short version in SomeVersions)
                {
                    foreach (CompressionType codec in new[] { CompressionType.None, CompressionType.Lz4 })
                    {
                        foreach (long startMs in new[] { -2 * hourMs, -200_000, 200_000, 2 * hourMs })
                            await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 2, StartMs = startMs, Compression = codec })), version, $"{name}, {codec}, {startMs}");
                        await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 3, StartMs = -2 * hourMs, StepMs = 2 * hourMs, Compression = codec })), version, $"{name}, {codec}, old, now and new");
                        await s.Send(ProduceScenarios.To(topic, s.Batch(new BatchOptions { RecordsCount = 2, StartMs = -1 - s.NowMs, StepMs = 0, Compression = codec })), version, $"{name}, {codec}, none");
                    }
                }
                await s.Send(Reading.From(topic, 0), 12, $"{name}, what was kept");
            }
        }),
        new(ApiKey.Produce, "A producer must not claim the broker's time", async s =>
        {
            Topic create = await s.Topic("create");
            Topic append = await s.Topic("append", 1, ("message.timestamp.type", "LogAppendTime"));
            foreach (Topic topic in new[] { create, append })
            {
                string name = topic.Name[(topic.Name.LastIndexOf('.') + 1)..];
                foreach (CompressionType codec in new[] { CompressionType.None, CompressionType.Snappy })
                {
                    BatchOptions claimed = new() { RecordsCount = 2, TimestampType = TimestampType.LogAppendTime, Compression = codec };
                    await s.Send(ProduceScenarios.To(topic, s.Batch(claimed)), 9, $"{name}, {codec}");
                    await s.Send(ProduceScenarios.To(topic, s.Batch(claimed with { StartMs = -1 - s.NowMs, StepMs = 0 })), 9, $"{name}, {codec}, no timestamp");
                }
                await s.Send(Reading.From(topic, 0), 12, $"{name}, what was kept");
            }
        }),
        new(ApiKey.Produce, "Internal topics are not for everybody", async s =>
        {
            // None of them exists yet.
            foreach (string name in new[] { "__transaction_state", "__share_group_state", "__cluster_metadata" })
                await s.Send(ProduceScenarios.To(new Topic(name, Uuid.Zero, 1), s.Batch(1)), 9, name);
        }),
        new(ApiKey.Produce, "Transactional batches without a transactional id", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in SomeVersions)
            {
                BatchOptions options = new() { IsTransactional = true, ProducerId = 900_001, ProducerEpoch = 0, BaseSequence = 0 };
                await s.Send(ProduceScenarios.To(topic, s.Batch(options)), version, "transactional");
                await s.Send(ProduceScenarios.To(topic, s.Batch(options with { IsControl = true })), version, "a marker");
            }
        }),
    ];
}
