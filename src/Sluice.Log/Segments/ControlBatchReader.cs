using Sluice.Log.Producers;
using Sluice.Protocol.Records;

namespace Sluice.Log.Segments;

/// <summary>Finds out what a control batch says.</summary>
internal static class ControlBatchReader
{
    /// <summary>Bytes that a marker may have at most to be looked at; today's have 78.</summary>
    public const int BytesMax = 4096;

    /// <summary>Reads the first record of a control batch.</summary>
    /// <param name="batch">The whole batch, checked.</param>
    /// <returns><see cref="ControlMarker.None"/> for anything that is not a readable end of a transaction.</returns>
    public static ControlMarker Read(ReadOnlySpan<byte> batch)
    {
        var view = new RecordBatchView(batch);
        if (!view.IsControl || view.CompressionType != CompressionType.None)
        {
            return ControlMarker.None;
        }

        var reader = new RecordReader(view.Payload, view.RecordsCount);
        if (!reader.MoveNext()
            || !ControlRecordKey.TryRead(reader.Current.Key, out ControlRecordType type)
            || type is not (ControlRecordType.Abort or ControlRecordType.Commit)
            || !EndTransactionMarker.TryReadValue(reader.Current.Value, out int coordinatorEpoch))
        {
            return ControlMarker.None;
        }

        return new ControlMarker(IsEndTransaction: true, IsAbort: type == ControlRecordType.Abort, coordinatorEpoch);
    }

    /// <summary>Reads a control batch out of a file; data batches and oversized ones give <see cref="ControlMarker.None"/>.</summary>
    public static ControlMarker Read(LogSegment segment, in BatchHeader header, long positionBytes)
    {
        if (!header.IsControl || header.SizeBytes > BytesMax)
        {
            return ControlMarker.None;
        }

        Span<byte> batch = stackalloc byte[BytesMax];
        batch = batch[..header.SizeBytes];
        int readBytes = RandomAccess.Read(segment.File.Handle, batch, positionBytes);
        return readBytes == batch.Length ? Read(batch) : ControlMarker.None;
    }
}
