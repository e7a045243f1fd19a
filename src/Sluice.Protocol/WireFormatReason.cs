namespace Sluice.Protocol;

/// <summary>Why bytes could not be read as the message they claim to be. A closed list: metrics and log lines use it as a tag.</summary>
public enum WireFormatReason
{
    /// <summary>The bytes end before the value does.</summary>
    Truncated,

    /// <summary>A string is longer than 32767 bytes, the most that the protocol allows.</summary>
    StringTooLong,

    /// <summary>An array claims more elements than the remaining bytes could hold, or than <see cref="MessageReader.ElementsMax"/> leaves.</summary>
    CountTooLarge,

    /// <summary>Null where this version of the message does not allow it.</summary>
    NullNotAllowed,

    /// <summary>A varint has more than five bytes, or more than 32 bits.</summary>
    VarintOverlong,

    /// <summary>The tags of a tagged section are not in ascending order, or one occurs twice.</summary>
    TagOrder,

    /// <summary>The size stated for a tagged field is not the size of its content.</summary>
    TagSize,

    /// <summary>The message has no such version.</summary>
    UnsupportedVersion,
}
