using Sluice.Log;
using Sluice.Metadata.Configs;
using Sluice.Protocol.Records;

namespace Sluice.Broker.Configs;

/// <summary>Turns a topic's effective settings into what its logs need.</summary>
internal static class LogConfigs
{
    public static LogConfig From(TopicSettings topic) => new()
    {
        SegmentBytes = topic.GetInt(TopicConfigKeys.SegmentBytes),
        SegmentMs = topic.GetLong(TopicConfigKeys.SegmentMs),
        SegmentJitterMs = topic.GetLong(TopicConfigKeys.SegmentJitterMs),
        SegmentIndexBytes = topic.GetInt(TopicConfigKeys.SegmentIndexBytes),
        IndexIntervalBytes = topic.GetInt(TopicConfigKeys.IndexIntervalBytes),
        Preallocate = topic.GetBoolean(TopicConfigKeys.Preallocate),
        RetentionMs = topic.GetLong(TopicConfigKeys.RetentionMs),
        RetentionBytes = topic.GetLong(TopicConfigKeys.RetentionBytes),
        FileDeleteDelayMs = topic.GetLong(TopicConfigKeys.FileDeleteDelayMs),
        FlushMessages = topic.GetLong(TopicConfigKeys.FlushMessages),
        FlushMs = topic.GetLong(TopicConfigKeys.FlushMs),
        MaxMessageBytes = topic.GetInt(TopicConfigKeys.MaxMessageBytes),
        MessageTimestampType = topic.GetString(TopicConfigKeys.MessageTimestampType) == "LogAppendTime" ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        MessageTimestampBeforeMaxMs = topic.GetLong(TopicConfigKeys.MessageTimestampBeforeMaxMs),
        MessageTimestampAfterMaxMs = topic.GetLong(TopicConfigKeys.MessageTimestampAfterMaxMs),
        CleanupPolicy = Policy(topic),
        DeleteRetentionMs = topic.GetLong(TopicConfigKeys.DeleteRetentionMs),
        MinCompactionLagMs = topic.GetLong(TopicConfigKeys.MinCompactionLagMs),
        MaxCompactionLagMs = topic.GetLong(TopicConfigKeys.MaxCompactionLagMs),
        MinCleanableDirtyRatio = topic.GetDouble(TopicConfigKeys.MinCleanableDirtyRatio),
        CompressionType = Codec(topic.GetString(TopicConfigKeys.CompressionType)!),
        GzipLevel = topic.GetInt(TopicConfigKeys.CompressionGzipLevel),
        Lz4Level = topic.GetInt(TopicConfigKeys.CompressionLz4Level),
        ZstdLevel = topic.GetInt(TopicConfigKeys.CompressionZstdLevel),
        MinInsyncReplicas = topic.GetInt(TopicConfigKeys.MinInsyncReplicas),
    };

    private static CleanupPolicy Policy(TopicSettings topic)
    {
        CleanupPolicy policy = CleanupPolicy.None;
        foreach (string name in topic.GetList(TopicConfigKeys.CleanupPolicy))
            policy |= name == "compact" ? CleanupPolicy.Compact : CleanupPolicy.Delete;
        return policy;
    }

    private static CompressionType? Codec(string name) => name switch
    {
        "uncompressed" => CompressionType.None,
        "gzip" => CompressionType.Gzip,
        "snappy" => CompressionType.Snappy,
        "lz4" => CompressionType.Lz4,
        "zstd" => CompressionType.Zstd,
        _ => null,
    };
}
