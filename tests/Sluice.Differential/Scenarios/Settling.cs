using System.Buffers;
using System.Globalization;
using System.Text;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Differential.Scenarios;

/// <summary>Waits until a broker has removed or compacted what it should, and looks at what a consumer then sees of it.</summary>
internal static class Settling
{
    private static readonly long[] SpecialTimestamps = [-1, -2, -3, -4];

    /// <summary>Waits until a consumer finds exactly the records at some offsets.</summary>
    public static async Task UntilLeft(Session s, Topic topic, params long[] offsets)
    {
        string found = "";
        await s.WaitUntil(() => $"{topic.Name} has the records {string.Join(' ', offsets)}; it has {found}", async () =>
        {
            long start = await EarliestOf(s, topic);
            long[] left = [.. (await Read(s, topic, start)).Select(static record => record.Offset)];
            found = string.Join(' ', left);
            return left.SequenceEqual(offsets);
        });
    }

    /// <summary>Waits until the log starts at an offset.</summary>
    public static async Task UntilStart(Session s, Topic topic, long offset)
    {
        long start = -1;
        await s.WaitUntil(() => $"{topic.Name} starts at {offset}; it starts at {start}", async () => (start = await EarliestOf(s, topic)) == offset);
    }

    /// <summary>Writes down every record that a consumer sees from each offset on, and what every lookup by time finds.</summary>
    /// <param name="endOffset">Offset after the last record.</param>
    /// <param name="beforeMs">Times to look up, in milliseconds before the scenario's start.</param>
    public static async Task Compare(Session s, Topic topic, long endOffset, string what, params long[] beforeMs)
    {
        for (long offset = await EarliestOf(s, topic); offset <= endOffset; offset++)
            s.Note($"{what}: from {offset}", string.Join("; ", (await Read(s, topic, offset)).Select(static record => record.Text)));
        foreach (long timestamp in SpecialTimestamps.Concat(beforeMs.Select(ms => s.NowMs - ms)))
            await s.Send(At(topic, timestamp), 11, timestamp < 0 ? $"{what}: timestamp {timestamp}" : $"{what}: {s.NowMs - timestamp} ms before");
    }

    private static async Task<long> EarliestOf(Session s, Topic topic) =>
        (await s.Ask(At(topic, -2), version: 11)).Topics[0].Partitions[0].Offset;

    // As a consumer does: from an offset on, one fetch after the other. A compacted log has gaps, so what lies below the offset is passed over.
    private static async Task<List<(long Offset, string Text)>> Read(Session s, Topic topic, long offset)
    {
        List<(long, string)> found = [];
        while (true)
        {
            FetchResponse response = await s.Ask(Reading.From(topic, offset), version: 12);
            FetchResponse.PartitionData partition = response.Responses[0].Partitions[0];
            if (partition.ErrorCode != ErrorCode.None) return [(-1, $"{partition.ErrorCode}")]; // The log start has just moved.
            ReadOnlyMemory<byte> rest = partition.Records.IsNull ? default : partition.Records.Bytes;
            if (rest.IsEmpty) return found;
            while (rest.Length >= RecordBatchFormat.HeaderBytes && new RecordBatchView(rest.Span).SizeBytes <= rest.Length)
            {
                RecordBatchView batch = new(rest.Span);
                AddRecords(batch, offset, s, found);
                offset = batch.NextOffset;
                rest = rest[batch.SizeBytes..];
            }
        }
    }

    private static void AddRecords(RecordBatchView batch, long fromOffset, Session s, List<(long, string)> found)
    {
        ArrayBufferWriter<byte> payload = new();
        RecordCodec.TryDecompress(batch.CompressionType, batch.Payload, 64 << 20, payload, out _).ShouldBeTrue();
        RecordReader reader = new(payload.WrittenSpan, batch.RecordsCount);
        while (reader.MoveNext())
        {
            RecordView record = reader.Current;
            long offset = batch.BaseOffset + record.OffsetDelta;
            if (offset < fromOffset) continue;
            string key = record.IsKeyNull ? "null" : Encoding.UTF8.GetString(record.Key);
            string value = record.IsValueNull ? "null" : string.Create(CultureInfo.InvariantCulture, $"{record.Value.Length} bytes");
            found.Add((offset, string.Create(CultureInfo.InvariantCulture, $"{offset}: {key} = {value} at {batch.TimestampOf(record.TimestampDelta) - s.NowMs} ms")));
        }
    }

    private static ListOffsetsRequest At(Topic topic, long timestamp) => new()
    {
        ReplicaId = -1,
        Topics = { new() { Name = topic.Name, Partitions = { new() { PartitionIndex = 0, Timestamp = timestamp } } } },
        TimeoutMs = 5000,
    };
}
