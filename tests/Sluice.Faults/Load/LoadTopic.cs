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
    /// <summary>Whether the producer numbers its batches, so that the broker can tell a repetition.</summary>
    public bool IsIdempotent => Promise != TopicPromise.AtLeastOnce;

    /// <summary>The five codecs in turn.</summary>
    public static CompressionType CodecAt(int index) => (CompressionType)(index % 5);
}
