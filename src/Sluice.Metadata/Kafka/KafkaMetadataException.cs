namespace Sluice.Metadata.Kafka;

/// <summary>Kafka's metadata log or snapshot cannot be used. The message is one line that says where and why; nothing was changed.</summary>
public sealed class KafkaMetadataException : IOException
{
    internal KafkaMetadataException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
