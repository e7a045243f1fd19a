using Sluice.Protocol.Records;

namespace Sluice.Client.Producing;

/// <summary>How a producer batches and sends. Not to be changed once it is in use.</summary>
public sealed class RecordProducerOptions
{
    /// <summary>When a record counts as delivered; by default when every in-sync replica has it.</summary>
    public Acks Acks { get; set; } = Acks.All;

    /// <summary>Codec of the batches; none by default.</summary>
    public CompressionType Compression { get; set; }

    /// <summary>Uncompressed bytes at which a batch is closed, 1 or more; 128 KiB by default. A larger record travels in a batch of its own.</summary>
    public int BatchBytes
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 128 * 1024;

    /// <summary>How long a batch waits for more records; 5 ms by default, as in Kafka's clients (<c>linger.ms</c>). Zero = not at all.</summary>
    public TimeSpan Linger
    {
        get;
        set => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = TimeSpan.FromMilliseconds(5);

    /// <summary>Bytes of records that may wait for delivery, 1 or more; 32 MiB by default, as in Kafka's clients (<c>buffer.memory</c>). Appending waits beyond that.</summary>
    public long BufferBytesMax
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 32 << 20;

    /// <summary>Bytes of batches in one request; 1 MiB by default, as in Kafka's clients (<c>max.request.size</c>). One batch always goes.</summary>
    public int RequestBytesMax
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 1 << 20;

    /// <summary>Requests to one broker, and batches of one partition, that wait for their answer: 1 to 5; 5 by default. Without idempotence a retry may
    /// change the order of batches unless this is 1.</summary>
    public int InFlightRequestsMax
    {
        get;
        set => field = value is >= 1 and <= 5 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 5;

    /// <summary>How long a batch is tried before it is given up; 2 minutes by default, as in Kafka's clients (<c>delivery.timeout.ms</c>).</summary>
    public TimeSpan DeliveryTimeout
    {
        get;
        set => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = TimeSpan.FromMinutes(2);

    /// <summary>Whether brokers shall recognise repeated batches. True by default; takes effect with <see cref="Acks.All"/> where the broker hands out producer ids.</summary>
    public bool Idempotence { get; set; } = true;
}
