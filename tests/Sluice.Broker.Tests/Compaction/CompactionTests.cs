using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Tests.Compaction;

/// <summary>Compaction as clients see it: nobody asks for it, and the latest value of each key is what stays.</summary>
public sealed class CompactionTests
{
    // Long enough that the clock, which the tests move, ends no connection.
    private const string Patient = "connections.max.idle.ms=-1";

    private static readonly (string, string?)[] SmallSegments =
        [("cleanup.policy", "compact"), ("segment.bytes", "1048576"), ("delete.retention.ms", "60000"), ("file.delete.delay.ms", "0")];

    [Fact]
    public async Task A_compacted_topic_keeps_the_latest_value_of_each_key_at_its_offset()
    {
        await using TestBroker broker = await TestBroker.StartAsync(Patient);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("prices", 1, SmallSegments);
        for (int round = 0; round < 20; round++) await AppendAsync(connection, topic, [.. Enumerable.Range(0, 5).Select(key => ($"key-{key}", Large($"{round}.{key}")))]);
        await AppendAsync(connection, topic, [("gone", "x")]);
        await AppendAsync(connection, topic, [("gone", null)]);
        await FillSegmentAsync(connection, topic);
        long endOffset = await connection.EndOffsetAsync(topic);

        await broker.AdvanceUntilAsync(TimeSpan.FromSeconds(15), async () => (await ReadAsync(connection, topic)).Count < 20);
        List<StoredRecord> left = await ReadAsync(connection, topic);
        left.Where(static record => record.Key!.StartsWith("key", StringComparison.Ordinal)).Select(static record => (record.Offset, record.Key, record.Value![..4]))
            .ShouldBe([(95, "key-0", "19.0"), (96, "key-1", "19.1"), (97, "key-2", "19.2"), (98, "key-3", "19.3"), (99, "key-4", "19.4")]);
        (await connection.EndOffsetAsync(topic)).ShouldBe(endOffset);
        (await connection.OffsetAsync(topic, -2)).ShouldBe(0);

        // The tombstone is there for whoever reads within delete.retention.ms, and goes with the first round after that.
        left.ShouldContain(static record => record.Key == "gone" && record.Value == null);
        broker.Time.Advance(TimeSpan.FromSeconds(61));
        await FillSegmentAsync(connection, topic);
        await FillSegmentAsync(connection, topic);
        await broker.AdvanceUntilAsync(
            TimeSpan.FromSeconds(15), async () => !(await ReadAsync(connection, topic)).Exists(static record => record.Key == "gone"));
    }

    [Fact]
    public async Task A_topic_is_compacted_from_the_moment_that_its_policy_says_so()
    {
        await using TestBroker broker = await TestBroker.StartAsync(Patient);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("events", 1, ("segment.bytes", "1048576"));
        for (int round = 0; round < 15; round++) await AppendAsync(connection, topic, [("a", Large($"{round}"))]);
        await FillSegmentAsync(connection, topic);
        for (int pass = 0; pass < 3; pass++) broker.Time.Advance(TimeSpan.FromSeconds(15));
        (await ReadAsync(connection, topic)).Count(static record => record.Key == "a").ShouldBe(15);

        (await connection.AlterTopicAsync("events", "cleanup.policy", "compact")).ErrorCode.ShouldBe(ErrorCode.None);
        await broker.AdvanceUntilAsync(
            TimeSpan.FromSeconds(15), async () => (await ReadAsync(connection, topic)).Count(static record => record.Key == "a") == 1);
    }

    [Fact]
    public async Task Nothing_is_compacted_where_the_cleaner_is_off()
    {
        await using TestBroker broker = await TestBroker.StartAsync(Patient, "log.cleaner.enable=false");
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await connection.CreateTopicAsync("prices", 1, SmallSegments);
        for (int round = 0; round < 15; round++) await AppendAsync(connection, topic, [("a", Large($"{round}"))]);
        await FillSegmentAsync(connection, topic);
        broker.Server.Cleaner.IsEnabled.ShouldBeFalse();
        for (int pass = 0; pass < 3; pass++) broker.Time.Advance(TimeSpan.FromSeconds(15));
        (await ReadAsync(connection, topic)).Count(static record => record.Key == "a").ShouldBe(15);
    }

    [Fact]
    public async Task The_settings_of_the_cleaner_are_read_at_the_start_and_follow_changes()
    {
        await using TestBroker broker = await TestBroker.StartAsync(
            "log.cleaner.threads=2", "log.cleaner.dedupe.buffer.size=1000000", "log.cleaner.io.buffer.size=20000", "log.cleaner.io.buffer.load.factor=0.5",
            "log.cleaner.io.max.bytes.per.second=1000.5", "log.cleaner.backoff.ms=77");
        KafkaConnection connection = await broker.ConnectAsync();
        Log.CleanerSettings expected = new()
        {
            Threads = 2, DedupeBufferBytes = 1_000_000, IoBufferBytes = 20_000, LoadFactor = 0.5, IoBytesPerSecondMax = 1000.5, BackoffMs = 77,
        };
        broker.Server.Cleaner.ShouldBe(expected);

        (await connection.AlterBrokerAsync("", "log.cleaner.threads", "4")).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.AlterBrokerAsync("", "log.cleaner.backoff.ms", "5000")).ErrorCode.ShouldBe(ErrorCode.None);
        (await connection.AlterBrokerAsync("", "log.cleaner.io.max.bytes.per.second", "1E6")).ErrorCode.ShouldBe(ErrorCode.None);
        broker.Server.Cleaner.ShouldBe(expected with { Threads = 4, BackoffMs = 5000, IoBytesPerSecondMax = 1e6 });
        await broker.RestartAsync();
        broker.Server.Cleaner.ShouldBe(expected with { Threads = 4, BackoffMs = 5000, IoBytesPerSecondMax = 1e6 });
    }

    [Theory]
    [InlineData("log.cleaner.threads", "3")]
    [InlineData("log.cleaner.threads", "0")]
    [InlineData("log.cleaner.io.buffer.load.factor", "0")]
    [InlineData("log.cleaner.io.buffer.load.factor", "1.5")]
    [InlineData("log.cleaner.dedupe.buffer.size", "24")]
    [InlineData("log.cleaner.io.max.bytes.per.second", "-1")]
    [InlineData("log.cleaner.enable", "false")]
    public async Task A_change_with_which_nothing_could_be_compacted_is_refused(string name, string value)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        (await connection.AlterBrokerAsync("", name, value)).ErrorCode.ShouldBe(ErrorCode.InvalidRequest);
        broker.Server.Cleaner.ShouldBe(Log.CleanerSettings.Default);
    }

    private static string Large(string value) => value + new string('.', 100_000 - value.Length);

    private static Task<long> AppendAsync(KafkaConnection connection, TestTopic topic, (string, string?)[] records) =>
        connection.AppendAsync(topic, Batches.Keyed([.. records.Select(static record => ((string?)record.Item1, record.Item2))]));

    // Keys of their own, so that what was appended before is not in the active segment any more.
    private static async Task FillSegmentAsync(KafkaConnection connection, TestTopic topic)
    {
        for (int index = 0; index < 11; index++) await AppendAsync(connection, topic, [("filler", Large("f"))]);
    }

    private static async Task<List<StoredRecord>> ReadAsync(KafkaConnection connection, TestTopic topic)
    {
        List<StoredRecord> records = [];
        long endOffset = await connection.EndOffsetAsync(topic);
        for (long offset = 0; offset < endOffset;)
        {
            FetchResponse.PartitionData data = await connection.FetchAsync(topic, offset);
            data.ErrorCode.ShouldBe(ErrorCode.None);
            data.Records.Bytes.Length.ShouldBeGreaterThan(0);
            // A fetch begins with the whole batch that has the offset, perhaps with records below it.
            records.AddRange(Batches.Read(data.Records).Where(record => record.Offset >= offset));
            offset = NextOffset(data.Records.Bytes.Span);
        }
        return records;
    }

    private static long NextOffset(ReadOnlySpan<byte> bytes)
    {
        RecordBatchView batch = new(bytes);
        while (batch.SizeBytes < bytes.Length)
        {
            bytes = bytes[batch.SizeBytes..];
            batch = new RecordBatchView(bytes);
        }
        return batch.NextOffset;
    }
}
