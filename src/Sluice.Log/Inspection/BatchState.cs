namespace Sluice.Log.Inspection;

/// <summary>What was found where a batch should be.</summary>
public enum BatchState
{
    /// <summary>A batch with a right checksum, behind the one before it.</summary>
    Sound,

    /// <summary>A whole batch whose bytes do not match its checksum.</summary>
    ChecksumMismatch,

    /// <summary>Bytes that are no batch: the size or the magic is impossible.</summary>
    NoBatch,

    /// <summary>The beginning of a batch that the end of the file cuts off.</summary>
    CutOff,

    /// <summary>Nothing but zeros up to the end of the file.</summary>
    Zeros,

    /// <summary>A batch with a right checksum and offsets that cannot be: below those of the batches before it, above those of the one behind
    /// it, or too far from the segment's. Base offsets are not covered by the checksum.</summary>
    OffsetWrong,
}
