using Sluice.Client;
using Sluice.Client.Consuming;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Tests.Client;

public sealed class ReadingTests
{
    [Fact]
    public void Null_is_told_from_empty()
    {
        byte[] batch = Batch(0, builder =>
        {
            builder.Append(5, NullableBytes.Null, new NullableBytes([]));
            builder.Append(6, new NullableBytes([]), NullableBytes.Null, [new RecordHeader("h", null), new RecordHeader("", [])]);
        });

        List<ConsumedRecord> records = RecordDecoder.Decode(new FetchedBatch("t", 0, 0, long.MaxValue, batch), 1000);

        records[0].Key.HasValue.ShouldBeFalse();
        records[0].Value.HasValue.ShouldBeTrue();
        records[0].Value!.Value.Length.ShouldBe(0);
        records[1].Key.HasValue.ShouldBeTrue();
        records[1].Value.HasValue.ShouldBeFalse();
        records[1].Headers.Select(header => (header.Key, header.Value is null)).ShouldBe([("h", true), ("", false)]);
        records.Select(record => (record.Offset, record.TimestampMs)).ShouldBe([(0, 5), (1, 6)]);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void Only_wanted_offsets_of_a_batch_are_read(CompressionType compression)
    {
        byte[] batch = Batch(100, builder =>
        {
            builder.CompressionType = compression;
            for (byte number = 0; number < 10; number++) builder.Append(0, NullableBytes.Null, new NullableBytes([number]));
        });

        List<ConsumedRecord> records = RecordDecoder.Decode(new FetchedBatch("t", 0, 103, 106, batch), 1000);

        records.Select(record => record.Offset).ShouldBe([103, 104, 105]);
        records.Select(record => record.Value!.Value.Span[0]).ShouldBe([(byte)3, (byte)4, (byte)5]);
    }

    [Fact]
    public void Content_larger_than_allowed_is_refused()
    {
        byte[] batch = Batch(0, builder =>
        {
            builder.CompressionType = CompressionType.Zstd;
            builder.Append(0, NullableBytes.Null, new NullableBytes(new byte[100_000]));
        });

        KafkaException exception = Should.Throw<KafkaException>(() => RecordDecoder.Decode(new FetchedBatch("t", 0, 0, long.MaxValue, batch), 50_000));
        exception.Error.ShouldBe(ErrorCode.CorruptMessage);
        exception.Message.ShouldContain("longer than 50000 bytes");
    }

    [Fact]
    public void Damaged_batch_is_refused_with_its_place()
    {
        byte[] batch = Batch(40, builder => builder.Append(0, NullableBytes.Null, new NullableBytes([1])));
        batch[^1] ^= 1;
        KafkaException exception = Should.Throw<KafkaException>(() => Split(batch, new RecordConsumerOptions(), position: 40));
        exception.Error.ShouldBe(ErrorCode.CorruptMessage);
        exception.Message.ShouldContain("t-0 is damaged behind offset 40");
    }

    [Fact]
    public void Cut_off_batch_is_left_for_the_next_fetch()
    {
        byte[] first = Batch(0, builder => builder.Append(0, NullableBytes.Null, new NullableBytes([1])));
        byte[] second = Batch(1, builder => builder.Append(0, NullableBytes.Null, new NullableBytes([2])));
        for (int length = first.Length; length < first.Length + second.Length; length++)
        {
            byte[] bytes = [.. first, .. second.AsSpan(0, length - first.Length)];
            Split(bytes, new RecordConsumerOptions()).ShouldBe([0]);
        }
    }

    [Fact]
    public void Aborted_batches_are_hidden_up_to_their_marker_and_only_from_those_who_ask()
    {
        byte[] log =
        [
            .. Data(0, producerId: 1, isTransactional: true),
            .. Data(1, producerId: 2, isTransactional: true),
            .. Data(2, producerId: 1, isTransactional: false),
            .. Marker(3, producerId: 1, ControlRecordType.Abort),
            .. Data(4, producerId: 1, isTransactional: true),
            .. Marker(5, producerId: 1, ControlRecordType.Commit),
            .. Marker(6, producerId: 2, ControlRecordType.Commit),
        ];
        var committed = new RecordConsumerOptions { IsolationLevel = IsolationLevel.ReadCommitted };

        Split(log, committed, aborted: (1, 0)).ShouldBe([1, 2, 4]);
        Split(log, new RecordConsumerOptions()).ShouldBe([0, 1, 2, 4]);
    }

    [Fact]
    public void Position_moves_over_what_is_not_shown()
    {
        byte[] log = [.. Data(0, 1, true), .. Marker(1, 1, ControlRecordType.Abort)];
        var partition = new ConsumedPartition("t", 0, StartPosition.Beginning) { Position = 0 };
        var answer = new FetchResponse.PartitionData { Records = new Records(log) };
        FetchedBatches.Split(partition, answer, new RecordConsumerOptions(), []);
        partition.Position.ShouldBe(2);
    }

    private static long[] Split(byte[] log, RecordConsumerOptions options, (long ProducerId, long FirstOffset)? aborted = null, long position = 0)
    {
        var partition = new ConsumedPartition("t", 0, StartPosition.Beginning) { Position = position };
        var answer = new FetchResponse.PartitionData { Records = new Records(log) };
        if (aborted is { } transaction)
        {
            answer.AbortedTransactions ??= new MessageList<FetchResponse.AbortedTransaction>();
            answer.AbortedTransactions.Add(new FetchResponse.AbortedTransaction { ProducerId = transaction.ProducerId, FirstOffset = transaction.FirstOffset });
        }

        List<FetchedBatch> batches = [];
        FetchedBatches.Split(partition, answer, options, batches);
        return [.. batches.Select(batch => new RecordBatchView(batch.Bytes.Span).BaseOffset)];
    }

    private static byte[] Data(long offset, long producerId, bool isTransactional) => Batch(offset, builder =>
    {
        (builder.ProducerId, builder.ProducerEpoch, builder.BaseSequence, builder.IsTransactional) = (producerId, 0, 0, isTransactional);
        builder.Append(0, NullableBytes.Null, new NullableBytes([1]));
    });

    private static byte[] Marker(long offset, long producerId, ControlRecordType type) => Batch(offset, builder =>
    {
        (builder.ProducerId, builder.ProducerEpoch, builder.IsTransactional, builder.IsControl) = (producerId, 0, true, true);
        builder.Append(0, new NullableBytes([0, 0, 0, (byte)type]), new NullableBytes([0, 0, 0, 0, 0, 0]));
    });

    private static byte[] Batch(long baseOffset, Action<RecordBatchBuilder> fill)
    {
        var builder = new RecordBatchBuilder();
        fill(builder);
        return builder.Build(baseOffset).ToArray();
    }
}
