using Confluent.Kafka;
using Sluice.Faults.Load;

namespace Sluice.Faults.Kill;

/// <summary>The topics of the kill test: every promise, every codec, and segments that roll several times a second.</summary>
public static class KillTopics
{
    /// <summary>The broker's own work runs all the time, so that a kill meets it.</summary>
    public static IReadOnlyList<(string Name, string Value)> BrokerSettings { get; } =
    [
        ("log.initial.task.delay.ms", "0"),
        ("log.retention.check.interval.ms", "50"),
        ("log.flush.offset.checkpoint.interval.ms", "100"),
        ("log.flush.start.offset.checkpoint.interval.ms", "100"),
        ("log.cleaner.backoff.ms", "20"),
        ("log.cleaner.dedupe.buffer.size", "2097152"),
        ("log.cleaner.threads", "2"),
        ("auto.create.topics.enable", "false"),
    ];

    /// <summary>The same with large batches as their producers made them, which is what the mapped append is for.</summary>
    public static IReadOnlyList<LoadTopic> LargeOf(int generation) =>
        [.. Of(generation).Select(static topic => topic with { Codec = CompressionType.None, LingerMs = 20, BatchRecordsMax = 500, RecordsAtATime = 60 })];

    /// <summary>Topics of one generation; the codecs move on by one with each.</summary>
    public static IReadOnlyList<LoadTopic> Of(int generation)
    {
        string suffix = $"-{generation}";
        return
        [
            new($"orders{suffix}", 3, TopicPromise.ExactlyOnce, LoadTopic.CodecAt(generation), Acks.All, Small("300")),
            new($"clicks{suffix}", 2, TopicPromise.AtLeastOnce, LoadTopic.CodecAt(generation + 1), Acks.All, Small("250")),
            new($"pings{suffix}", 2, TopicPromise.AtLeastOnce, LoadTopic.CodecAt(generation + 2), Acks.Leader, Small("200")),
            new($"stamped{suffix}", 1, TopicPromise.ExactlyOnce, LoadTopic.CodecAt(generation + 3), Acks.All,
                Small("200", ("message.timestamp.type", "LogAppendTime"), ("compression.type", "lz4"))),
            new($"synced{suffix}", 1, TopicPromise.ExactlyOnce, LoadTopic.CodecAt(generation + 4), Acks.All, Small("400", ("flush.messages", "1"))),
            new($"prices{suffix}", 2, TopicPromise.LatestOfKey, LoadTopic.CodecAt(generation + 3), Acks.All,
                Small("100", ("cleanup.policy", "compact"), ("min.cleanable.dirty.ratio", "0.01"), ("delete.retention.ms", "200"))),
            new($"events{suffix}", 2, TopicPromise.ExactlyOnceAboveLogStart, LoadTopic.CodecAt(generation + 4), Acks.All,
                Small("100", ("retention.bytes", "150000"))),
            new($"moments{suffix}", 1, TopicPromise.ExactlyOnceAboveLogStart, LoadTopic.CodecAt(generation), Acks.All,
                Small("100", ("retention.ms", "700"))),
        ];
    }

    private static Dictionary<string, string> Small(string segmentMs, params IEnumerable<(string Name, string Value)> more)
    {
        Dictionary<string, string> configs = new()
        {
            ["segment.ms"] = segmentMs,
            ["segment.bytes"] = "1048576",
            ["index.interval.bytes"] = "700",
            ["file.delete.delay.ms"] = "100",
        };
        foreach ((string name, string value) in more) configs[name] = value;
        return configs;
    }
}
