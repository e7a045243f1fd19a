namespace Sluice.Protocol.Records;

/// <summary>What <see cref="RecordBatchValidator"/> found out about some bytes that should start with a batch.</summary>
public enum RecordBatchStatus
{
    /// <summary>A batch with magic 2; under <see cref="RecordBatchValidator.Validate"/> its CRC is right too.</summary>
    Valid = 0,

    /// <summary>A batch with magic 0 or 1, whole as far as its size says: see <see cref="LegacyBatchView"/>.</summary>
    Legacy,

    /// <summary>Too few bytes to see the magic, or the batch's size reaches beyond the data: the end of a file, or a cut-off batch.</summary>
    Incomplete,

    /// <summary>The size is smaller than the header of the batch's format. Corrupt.</summary>
    SizeTooSmall,

    /// <summary>The magic is none that ever existed. Corrupt.</summary>
    UnknownMagic,

    /// <summary>The CRC does not match the bytes. Corrupt.</summary>
    CrcMismatch,
}
