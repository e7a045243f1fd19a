namespace Sluice.Protocol.Records;

/// <summary>Whose clock the timestamps of a batch come from; the values are those of attribute bit 3.</summary>
public enum TimestampType : byte
{
    /// <summary>The producer's: every record carries its own.</summary>
    CreateTime = 0,

    /// <summary>The broker's, taken at the append: every record has the batch's maximum timestamp, whatever its delta says.</summary>
    LogAppendTime = 1,
}
