using Sluice.Log.Segments;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>A stretch of a <c>.log</c> file: a batch, or the bytes up to the next one where there is none.</summary>
/// <remarks>The header's fields mean something if <see cref="HasHeader"/>, and can be trusted only if <see cref="State"/> says so.</remarks>
public readonly record struct InspectedBatch
{
    /// <summary>What it is.</summary>
    public BatchState State { get; init; }

    /// <summary>Where it begins in the file.</summary>
    public long PositionBytes { get; init; }

    /// <summary>Bytes that it takes in the file; more than <see cref="int.MaxValue"/> is possible only without a batch.</summary>
    public long LengthBytes { get; init; }

    /// <summary>Whether the fields below were read from a header.</summary>
    public bool HasHeader { get; init; }

    /// <summary>Offset of the first record slot, as the header says.</summary>
    public long BaseOffset { get; init; }

    /// <summary>Offset of the last record slot, inclusive.</summary>
    public long LastOffset { get; init; }

    /// <summary>What the base offset must have been, if <see cref="State"/> is <see cref="BatchState.OffsetWrong"/> and the neighbours leave exactly
    /// one place; else null.</summary>
    public long? MendedBaseOffset { get; init; }

    /// <summary>Records that are present; of the old formats 1 per entry.</summary>
    public int RecordsCount { get; init; }

    /// <summary>Version of the layout, 0 to 2.</summary>
    public byte Magic { get; init; }

    /// <summary>Codec of the records; 5 to 7 name none.</summary>
    public CompressionType CompressionType { get; init; }

    /// <summary>Whose clock the timestamps come from.</summary>
    public TimestampType TimestampType { get; init; }

    /// <summary>Milliseconds since the Unix epoch; -1 = none. A delete horizon if <see cref="HasDeleteHorizon"/>.</summary>
    public long BaseTimestamp { get; init; }

    /// <summary>Milliseconds since the Unix epoch; -1 = none.</summary>
    public long MaxTimestamp { get; init; }

    /// <summary>-1 = none.</summary>
    public long ProducerId { get; init; }

    /// <summary>-1 = none.</summary>
    public short ProducerEpoch { get; init; }

    /// <summary>-1 = none.</summary>
    public int BaseSequence { get; init; }

    /// <summary>-1 = none.</summary>
    public int LastSequence { get; init; }

    /// <summary>-1 = none.</summary>
    public int LeaderEpoch { get; init; }

    /// <summary>The checksum that the batch claims; 0 for the old formats.</summary>
    public uint Crc { get; init; }

    /// <summary>Whether it belongs to a transaction.</summary>
    public bool IsTransactional { get; init; }

    /// <summary>Whether it holds control records.</summary>
    public bool IsControl { get; init; }

    /// <summary>Whether compaction has set a time from which tombstones or the marker in it may go.</summary>
    public bool HasDeleteHorizon { get; init; }

    /// <summary>Largest timestamp of its records; -1 if it has none left.</summary>
    public long RecordsMaxTimestamp => RecordsCount > 0 ? MaxTimestamp : RecordBatchFormat.NoTimestamp;

    /// <summary>Whether it is a batch with a right checksum in its right place.</summary>
    public bool IsSound => State == BatchState.Sound;

    /// <summary>Where the bytes behind it begin.</summary>
    public long EndPositionBytes => PositionBytes + LengthBytes;

    /// <summary>Offset after the last one.</summary>
    public long NextOffset => LastOffset + 1;

    internal static InspectedBatch Of(in BatchHeader header, ReadOnlySpan<byte> headerBytes, long positionBytes)
    {
        var batch = new InspectedBatch
        {
            PositionBytes = positionBytes,
            LengthBytes = header.SizeBytes,
            HasHeader = true,
            BaseOffset = header.BaseOffset,
            LastOffset = header.LastOffset,
            RecordsCount = header.RecordsCount,
            Magic = header.Magic,
            CompressionType = header.CompressionType,
            TimestampType = header.TimestampType,
            BaseTimestamp = header.MaxTimestamp,
            MaxTimestamp = header.MaxTimestamp,
            ProducerId = header.ProducerId,
            ProducerEpoch = header.ProducerEpoch,
            BaseSequence = header.BaseSequence,
            LastSequence = header.LastSequence,
            LeaderEpoch = header.LeaderEpoch,
            IsTransactional = header.IsTransactional,
            IsControl = header.IsControl,
        };
        if (header.Magic != RecordBatchFormat.CurrentMagic)
        {
            return batch;
        }

        var view = new RecordBatchView(headerBytes);
        return batch with { BaseTimestamp = view.BaseTimestamp, Crc = view.Crc, HasDeleteHorizon = view.HasDeleteHorizon };
    }
}
