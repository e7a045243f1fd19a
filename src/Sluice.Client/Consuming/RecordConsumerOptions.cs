namespace Sluice.Client.Consuming;

/// <summary>How a consumer reads. Not to be changed once it is in use.</summary>
public sealed class RecordConsumerOptions
{
    /// <summary>Whether to wait for further records at the end of the log. False by default: reading ends where the log ended when it began.</summary>
    public bool Follow { get; set; }

    /// <summary>Which records of transactions to read; all by default.</summary>
    public IsolationLevel IsolationLevel { get; set; }

    /// <summary>Whether to go on at the beginning of the log when the wanted offset was deleted meanwhile. False by default: reading fails.</summary>
    public bool SkipDeleted { get; set; }

    /// <summary>How long a broker may wait for records before it answers that there are none; 500 ms by default, as in Kafka's clients (<c>fetch.max.wait.ms</c>).</summary>
    public TimeSpan FetchWait
    {
        get;
        set => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of one answer, 1 or more; 8 MiB by default. A single larger batch comes all the same.</summary>
    public int FetchBytesMax
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 8 << 20;

    /// <summary>Bytes of one partition in one answer, 1 or more; 1 MiB by default, as in Kafka's clients (<c>max.partition.fetch.bytes</c>).</summary>
    public int PartitionBytesMax
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 1 << 20;

    /// <summary>Largest uncompressed content of one batch, in bytes; 256 MiB by default. A larger one is an error: it may be a bomb.</summary>
    public int DecompressedBytesMax
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = 256 << 20;

    /// <summary>Whether to compare each batch with its CRC; true by default.</summary>
    public bool CheckCrc { get; set; } = true;
}
