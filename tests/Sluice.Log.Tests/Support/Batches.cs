using System.Text;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Support;

/// <summary>Batches as a producer sends them.</summary>
internal static class Batches
{
    /// <summary>2023-11-14T22:13:20Z, the time that the tests' clock starts at.</summary>
    public const long NowMs = 1_700_000_000_000;

    public static byte[] Of(params string[] values) => Build(values.Select(value => ((string?)"k", (string?)value, NowMs)));

    public static byte[] At(params long[] timestamps) => Build(timestamps.Select((ms, index) => ((string?)"k", (string?)$"v{index}", ms)));

    /// <summary>One record with a value of a given length: the batch has about 70 bytes more.</summary>
    public static byte[] OfBytes(int valueBytes, long timestampMs = NowMs) => Build([("k", new string('x', valueBytes), timestampMs)]);

    public static byte[] Idempotent(long producerId, short epoch, int baseSequence, int count = 1, bool transactional = false) => Build(
        Enumerable.Range(0, count).Select(index => ((string?)"k", (string?)$"{baseSequence + index}", NowMs)),
        builder =>
        {
            builder.ProducerId = producerId;
            builder.ProducerEpoch = epoch;
            builder.BaseSequence = baseSequence;
            builder.IsTransactional = transactional;
        });

    public static byte[] Marker(long producerId, short epoch, bool commit, int coordinatorEpoch = 0)
    {
        var batch = new byte[EndTransactionMarker.SizeBytes];
        EndTransactionMarker.Write(batch, commit, producerId, epoch, coordinatorEpoch, NowMs);
        return batch;
    }

    public static byte[] Compressed(CompressionType codec, params long[] timestamps) =>
        Build(timestamps.Select((ms, index) => ((string?)"k", (string?)$"v{index}", ms)), builder => builder.CompressionType = codec);

    public static byte[] Build(IEnumerable<(string? Key, string? Value, long TimestampMs)> records, Action<RecordBatchBuilder>? configure = null)
    {
        var builder = new RecordBatchBuilder();
        configure?.Invoke(builder);
        foreach ((string? key, string? value, long timestampMs) in records)
        {
            builder.Append(timestampMs, Bytes(key), Bytes(value));
        }

        return builder.Build().ToArray();
    }

    public static byte[] WithOffsets(byte[] batch, long baseOffset, int leaderEpoch)
    {
        RecordBatchPatch.AssignOffsets(batch, baseOffset, leaderEpoch);
        return batch;
    }

    private static NullableBytes Bytes(string? text) => text is null ? NullableBytes.Null : Encoding.UTF8.GetBytes(text);
}
