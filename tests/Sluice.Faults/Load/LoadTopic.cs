using Confluent.Kafka;

namespace Sluice.Faults.Load;

/// <summary>A topic under load: what it promises, and how it is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PartitionsCount">1 or more; records take turns.</param>
/// <param name="Promise">What is checked.</param>
/// <param name="Codec">What its producer compresses with.</param>
/// <param name="Acks">What its producer waits for.</param>
/// <param name="Configs">The topic's settings by Kafka's names.</param>
public sealed record LoadTopic(
    string Name, int PartitionsCount, TopicPromise Promise, CompressionType Codec, Acks Acks, IReadOnlyDictionary<string, string> Configs)
{
    /// <summary>How long its producer collects a batch.</summary>
    public int LingerMs { get; init; } = 1;

    /// <summary>Records of a batch at most. Few by default: several batches are in flight at any moment.</summary>
    public int BatchRecordsMax { get; init; } = 40;

    /// <summary>Records that are sent to a partition at a time, at most.</summary>
    public int RecordsAtATime { get; init; } = 12;

    /// <summary>Whether the producer numbers its batches, so that the broker can tell a repetition.</summary>
    public bool IsIdempotent => Promise != TopicPromise.AtLeastOnce;

    /// <summary>The five codecs in turn.</summary>
    public static CompressionType CodecAt(int index) => (CompressionType)(index % 5);
}
