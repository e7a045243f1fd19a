namespace Sluice.Protocol.Records;

/// <summary>Why <see cref="RecordCodec.TryDecompress"/> gave up.</summary>
public enum DecompressError : byte
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>The compression type names no codec: attribute bits 5 to 7 of the enumeration.</summary>
    UnknownCodec,

    /// <summary>The payload is cut off, damaged, or not of this codec.</summary>
    Corrupt,

    /// <summary>The payload is fine so far, but its content is longer than the caller allows: a bomb, or a limit that is too low.</summary>
    OutputTooLarge,
}
