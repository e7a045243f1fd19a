namespace Sluice.Log.Inspection;

/// <summary>What was found inside a batch whose checksum is right.</summary>
public enum RecordsState
{
    /// <summary>Records that agree with the batch's header.</summary>
    Sound,

    /// <summary>They were not looked at: too large, or of an old format.</summary>
    NotRead,

    /// <summary>They cannot be decompressed, or one of them cannot be read.</summary>
    Unreadable,

    /// <summary>They can be read, and contradict the header: number, offsets, timestamps.</summary>
    Inconsistent,
}
