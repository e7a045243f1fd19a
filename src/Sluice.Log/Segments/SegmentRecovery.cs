using System.Buffers;
using Sluice.Log.Checkpoints;
using Sluice.Log.Indexes;
using Sluice.Log.Producers;
using Sluice.Protocol.Records;

namespace Sluice.Log.Segments;

/// <summary>Reads a segment from its first byte, keeps the good batches, and builds from them everything that can be built.</summary>
/// <remarks>Runs on one thread while nobody else knows of the log.</remarks>
internal static class SegmentRecovery
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Checks every batch, truncates at the first bad one and rebuilds the indexes.</summary>
    /// <param name="segment">The segment; nobody reads it yet.</param>
    /// <param name="config">The partition's settings.</param>
    /// <param name="epochs">Gets the leader epochs of the batches; null if they are known.</param>
    /// <param name="producers">Gets the batches from its end offset on; null if they are known.</param>
    /// <param name="cancellationToken">Stops between batches; the segment must then be recovered again.</param>
    public static SegmentRecoveryResult Recover(
        LogSegment segment, LogConfig config, LeaderEpochCache? epochs, ProducerStateManager? producers, CancellationToken cancellationToken)
    {
        long fileBytes = RandomAccess.GetLength(segment.File.Handle);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            segment.BeginRebuild(config);
            long nextOffset = segment.BaseOffset;
            string? reason = null;
            var reader = new BatchReader(segment, buffer, fileBytes);
            while (reason is null && reader.TryRead(segment.SizeBytes, out BatchHeader batch, out ControlMarker marker, out reason))
            {
                cancellationToken.ThrowIfCancellationRequested();
                reason = CheckOffsets(segment, batch, nextOffset);
                if (reason is null)
                {
                    TakeIn(segment, batch, marker, config, epochs, producers);
                    nextOffset = batch.NextOffset;
                }
            }

            long truncatedBytes = fileBytes - segment.SizeBytes;
            // Blocks that were reserved for batches to come read as zeros up to a page's end: nothing that anybody wrote is lost with them. Zeros
            // that end elsewhere are what a power cut makes of a batch whose length reached the disk and whose bytes did not.
            bool isReserved = truncatedBytes > 0 && fileBytes % Environment.SystemPageSize == 0 && reader.IsZeroFrom(segment.SizeBytes);
            long reservedBytes = isReserved ? truncatedBytes : 0;
            if (truncatedBytes > 0)
            {
                segment.DiscardUnpublished();
            }

            segment.SealTimeIndex();
            truncatedBytes -= reservedBytes;
            return new SegmentRecoveryResult(nextOffset, truncatedBytes, truncatedBytes > 0 ? reason ?? "the last batch is incomplete" : null, reservedBytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Feeds the producers with the batches of a segment that needs no recovery, reading headers and markers only.</summary>
    /// <returns>Offset after the last batch.</returns>
    public static long ReplayProducers(LogSegment segment, long fromOffset, long upToOffset, ProducerStateManager producers)
    {
        Span<byte> window = stackalloc byte[BatchHeaderScanner.WindowBytes];
        (_, int startPositionBytes) = segment.OffsetIndex.Lookup(fromOffset);
        var scanner = new BatchHeaderScanner(segment.File.Handle, startPositionBytes, segment.SizeBytes, window);
        while (scanner.MoveNext() && scanner.Current.BaseOffset < upToOffset)
        {
            if (scanner.Current.LastOffset >= fromOffset)
            {
                producers.Update(scanner.Current, ControlBatchReader.Read(segment, scanner.Current, scanner.PositionBytes));
            }
        }

        return producers.MapEndOffset;
    }

    private static string? CheckOffsets(LogSegment segment, in BatchHeader batch, long nextOffset)
    {
        // The CRC does not cover the base offset, so a flipped bit in it shows only here.
        if (batch.BaseOffset < nextOffset && batch.Magic == RecordBatchFormat.CurrentMagic)
        {
            return $"base offset {batch.BaseOffset} lies below the offset {nextOffset} that should follow";
        }

        if (batch.LastOffset < nextOffset || batch.LastOffset < batch.BaseOffset)
        {
            return $"last offset {batch.LastOffset} lies below the offset {nextOffset} that should follow";
        }

        return batch.LastOffset - segment.BaseOffset > int.MaxValue
            ? $"last offset {batch.LastOffset} is too far from the segment's base offset"
            : null;
    }

    private static void TakeIn(
        LogSegment segment, in BatchHeader batch, ControlMarker marker, LogConfig config, LeaderEpochCache? epochs, ProducerStateManager? producers)
    {
        segment.Publish(batch, config.IndexIntervalBytes);
        if (epochs is not null && batch.LeaderEpoch > epochs.LatestEpoch)
        {
            epochs.Assign(batch.LeaderEpoch, batch.BaseOffset);
        }

        if (producers is not null
            && batch.BaseOffset >= producers.MapEndOffset
            && producers.Update(batch, marker) is { IsAborted: true } aborted)
        {
            segment.TransactionIndex.Append(new AbortedTransactionEntry(
                aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, producers.LastStableOffsetAfter(aborted)));
        }
    }

    // Reads forward through one buffer; a batch that does not fit into it is checked piece by piece.
    private struct BatchReader(LogSegment segment, byte[] buffer, long fileBytes)
    {
        private readonly LogSegment _segment = segment;
        private readonly byte[] _buffer = buffer;
        private readonly long _fileBytes = fileBytes;
        private long _bufferPositionBytes;
        private int _bufferedBytes;

        public bool TryRead(long positionBytes, out BatchHeader batch, out ControlMarker marker, out string? reason)
        {
            batch = default;
            marker = ControlMarker.None;
            reason = null;
            long availableBytes = _fileBytes - positionBytes;
            if (availableBytes == 0)
            {
                return false;
            }

            ReadOnlySpan<byte> header = Fill(positionBytes, (int)Math.Min(RecordBatchFormat.HeaderBytes, availableBytes));
            RecordBatchStatus status = RecordBatchValidator.ValidateHeader(header, availableBytes);
            if (status is not (RecordBatchStatus.Valid or RecordBatchStatus.Legacy))
            {
                reason = status switch
                {
                    RecordBatchStatus.Incomplete => "the last batch is incomplete",
                    RecordBatchStatus.SizeTooSmall => "the size is smaller than a batch can be",
                    _ => "the magic is unknown",
                };
                return false;
            }

            batch = BatchHeader.Read(header);
            if (!IsCrcValid(positionBytes, batch, status == RecordBatchStatus.Legacy))
            {
                reason = "the checksum does not match";
                return false;
            }

            if (batch.IsControl && batch.SizeBytes <= ControlBatchReader.BytesMax)
            {
                marker = ControlBatchReader.Read(Fill(positionBytes, batch.SizeBytes));
            }

            return true;
        }

        public bool IsZeroFrom(long positionBytes)
        {
            while (positionBytes < _fileBytes)
            {
                ReadOnlySpan<byte> chunk = Fill(positionBytes, (int)Math.Min(_buffer.Length, _fileBytes - positionBytes));
                if (chunk.IsEmpty || chunk.ContainsAnyExcept((byte)0))
                {
                    return false;
                }

                positionBytes += chunk.Length;
            }

            return true;
        }

        private bool IsCrcValid(long positionBytes, in BatchHeader batch, bool isLegacy)
        {
            if (batch.SizeBytes <= _buffer.Length)
            {
                ReadOnlySpan<byte> whole = Fill(positionBytes, batch.SizeBytes);
                return isLegacy ? new LegacyBatchView(whole).IsCrcValid() : new RecordBatchView(whole).IsCrcValid();
            }

            return !isLegacy && IsLargeCrcValid(positionBytes, batch.SizeBytes);
        }

        private bool IsLargeCrcValid(long positionBytes, int sizeBytes)
        {
            uint expectedCrc = new RecordBatchView(Fill(positionBytes, RecordBatchFormat.HeaderBytes)).Crc;
            uint crc = 0;
            int doneBytes = RecordBatchFormat.AttributesPosition;
            while (doneBytes < sizeBytes)
            {
                ReadOnlySpan<byte> chunk = Fill(positionBytes + doneBytes, Math.Min(_buffer.Length, sizeBytes - doneBytes));
                if (chunk.IsEmpty)
                {
                    return false;
                }

                crc = Crc32C.Append(crc, chunk);
                doneBytes += chunk.Length;
            }

            return crc == expectedCrc;
        }

        // As many of the wanted bytes as the file has; they stay valid until the next call.
        private ReadOnlySpan<byte> Fill(long positionBytes, int wantedBytes)
        {
            long skippedBytes = positionBytes - _bufferPositionBytes;
            if (skippedBytes < 0 || skippedBytes + wantedBytes > _bufferedBytes)
            {
                int keptBytes = skippedBytes >= 0 && skippedBytes < _bufferedBytes ? _bufferedBytes - (int)skippedBytes : 0;
                if (keptBytes > 0)
                {
                    _buffer.AsSpan((int)skippedBytes, keptBytes).CopyTo(_buffer);
                }

                _bufferPositionBytes = positionBytes;
                _bufferedBytes = keptBytes;
                skippedBytes = 0;
                while (_bufferedBytes < wantedBytes)
                {
                    int readBytes = RandomAccess.Read(
                        _segment.File.Handle, _buffer.AsSpan(_bufferedBytes), _bufferPositionBytes + _bufferedBytes);
                    if (readBytes == 0)
                    {
                        break;
                    }

                    _bufferedBytes += readBytes;
                }
            }

            int presentBytes = Math.Min(wantedBytes, _bufferedBytes - (int)skippedBytes);
            return _buffer.AsSpan((int)skippedBytes, presentBytes);
        }
    }
}
