namespace Sluice.Protocol.Records;

/// <summary>Why the records of a batch cannot be read. Every value but <see cref="None"/> is Kafka's INVALID_RECORD.</summary>
public enum RecordError : byte
{
    /// <summary>Nothing is wrong so far.</summary>
    None = 0,

    /// <summary>The batch claims a negative number of records.</summary>
    NegativeCount,

    /// <summary>The payload, or a record, ends before everything that should be in it.</summary>
    Truncated,

    /// <summary>A variable-length integer has no end within 5 bytes (10 for timestamps).</summary>
    VarintTooLong,

    /// <summary>A length is negative where -1 (null) is not allowed, or below -1.</summary>
    NegativeLength,

    /// <summary>A key, value or header reaches beyond its record.</summary>
    LengthBeyondRecord,

    /// <summary>The number of headers is negative or larger than the bytes that remain in the record.</summary>
    HeadersCount,

    /// <summary>The record is longer than its fields.</summary>
    LengthMismatch,

    /// <summary>Bytes remain after the last record that the batch claims.</summary>
    TrailingBytes,
}
