using Sluice.Log.Indexes;
using Sluice.Log.Producers;
using Sluice.Log.Segments;
using Sluice.Log.Storage;
using Sluice.Log.Validation;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log;

// Appending: what is checked outside the lock, what is decided under it, and in which order the effects become visible.
public sealed partial class PartitionLog
{
    /// <summary>Appends record batches at the end of the log.</summary>
    /// <param name="batch">
    /// For <see cref="AppendOrigin.Client"/> and <see cref="AppendOrigin.Coordinator"/> exactly one batch with base offset 0; for
    /// <see cref="AppendOrigin.Replication"/> one or more with their final offsets. Patched in place (offsets, leader epoch, where needed
    /// timestamps and checksum) and not referred to afterwards.
    /// </param>
    /// <param name="origin">Who made the bytes.</param>
    /// <param name="options">What the caller knows beside them.</param>
    /// <returns>The offsets, or why nothing was appended. A duplicate of an idempotent producer gets its old offsets.</returns>
    /// <remarks>
    /// Safe on any thread. The bytes are in the page cache when this returns: they survive the process, not a power cut. If
    /// <see cref="AppendResult.IsFlushDue"/>, the caller awaits <see cref="FlushAsync(long)"/> before it answers.
    /// </remarks>
    public AppendResult Append(Memory<byte> batch, AppendOrigin origin, AppendOptions options) => origin switch
    {
        AppendOrigin.Client => AppendFromClient(batch.Span, options),
        AppendOrigin.Coordinator => AppendFromCoordinator(batch.Span, options),
        AppendOrigin.Replication => AppendFromLeader(batch.Span, options),
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "There is no such origin."),
    };

    private AppendResult AppendFromClient(Span<byte> bytes, in AppendOptions options)
    {
        LogConfig config = _config;
        long nowMs = _context.NowMs;
        int decompressedBytesMax = _context.Options.DecompressedBatchBytesMax;
        BatchValidation validation = BatchValidator.Validate(bytes, config, options, nowMs, decompressedBytesMax);
        if (validation.Code != ErrorCode.None)
        {
            return validation.IsRefusedByLog
                ? Refuse(validation.Code, validation.Message!, validation.RejectedRecords)
                : RefuseUnread(validation.Code, validation.Message!);
        }

        bytes = bytes[..validation.SizeBytes];
        if (validation.MustRebuild)
        {
            bytes = BatchRebuilder.Rebuild(bytes, config, validation, decompressedBytesMax).Span;
            if (bytes.Length > config.MaxMessageBytes)
            {
                return RefuseUnread(
                    ErrorCode.MessageTooLarge, $"The batch has {bytes.Length} bytes in the topic's codec; max.message.bytes is {config.MaxMessageBytes}.");
            }
        }
        else
        {
            RecordBatchPatch.SetTimestamp(bytes, config.MessageTimestampType, validation.MaxTimestamp);
        }

        return AppendOne(bytes, AppendOrigin.Client, ControlMarker.None, options, config, nowMs);
    }

    private AppendResult AppendFromCoordinator(Span<byte> bytes, in AppendOptions options)
    {
        LogConfig config = _config;
        long nowMs = _context.NowMs;
        if (RecordBatchValidator.ValidateHeader(bytes, bytes.Length) != RecordBatchStatus.Valid || new RecordBatchView(bytes).SizeBytes != bytes.Length)
        {
            return Refuse(ErrorCode.InvalidRecord, "A coordinator must append exactly one record batch.");
        }

        var batch = new RecordBatchView(bytes);
        if (bytes.Length > config.MaxMessageBytes)
        {
            return RefuseUnread(ErrorCode.MessageTooLarge, $"The batch has {bytes.Length} bytes; max.message.bytes is {config.MaxMessageBytes}.");
        }

        if (config.MessageTimestampType == TimestampType.LogAppendTime)
        {
            RecordBatchPatch.SetTimestamp(bytes, TimestampType.LogAppendTime, nowMs);
        }

        return AppendOne(bytes, AppendOrigin.Coordinator, batch.IsControl ? ControlBatchReader.Read(bytes) : ControlMarker.None, options, config, nowMs);
    }

    private AppendResult AppendOne(
        Span<byte> bytes, AppendOrigin origin, ControlMarker marker, in AppendOptions options, LogConfig config, long nowMs)
    {
        if (bytes.Length > config.SegmentBytes)
        {
            return RefuseUnread(ErrorCode.RecordListTooLarge, $"The batch has {bytes.Length} bytes; a segment has at most {config.SegmentBytes}.");
        }

        AppendResult result;
        bool moved;
        lock (_lock)
        {
            if (!IsOnline)
            {
                return RefuseOffline();
            }

            BatchHeader batch = BatchHeader.Read(bytes);
            ProducerCheck check = CheckProducer(batch, marker, origin, options);
            if (check.Code != ErrorCode.None)
            {
                return Refuse(check.Code, check.Message!);
            }

            if (check.IsDuplicate)
            {
                return Accepted(check.Duplicate.FirstOffset, check.Duplicate.LastOffset, config, check.Duplicate.TimestampMs) with
                {
                    IsDuplicate = true,
                    LogAppendTimeMs = check.Duplicate.TimestampMs,

                    // The first answer may never have been sent because the flush is still under way: this one must not promise more.
                    IsFlushDue = IsFlushDue(config),
                };
            }

            long baseOffset = _offsets.LogEndOffset;
            batch = batch with
            {
                BaseOffset = baseOffset,
                LastOffset = baseOffset + (batch.LastOffset - batch.BaseOffset),
                LeaderEpoch = options.LeaderEpoch,
            };
            RecordBatchPatch.AssignOffsets(bytes, baseOffset, options.LeaderEpoch);
            if (!TryPrepareSegment(bytes.Length, baseOffset, batch.LastOffset, batch.MaxTimestamp, config, nowMs) || !TryWrite(bytes))
            {
                return RefuseStorageError();
            }

            TakeIn(batch, marker, config);
            moved = FinishAppend(batch.NextOffset);
            result = Accepted(baseOffset, batch.LastOffset, config, batch.MaxTimestamp) with { IsFlushDue = IsFlushDue(config) };
        }

        _context.Metrics.Appended(bytes.Length, result.LastOffset - result.BaseOffset + 1);
        NotifyListener(moved);
        return result;
    }

    private AppendResult AppendFromLeader(Span<byte> bytes, in AppendOptions options)
    {
        LogConfig config = _config;
        long nowMs = _context.NowMs;
        if (CheckFetched(bytes, options.LeaderEpoch, out int wholeBytes, out long firstOffset, out long lastOffset, out long maxTimestamp) is { } error)
        {
            return RefuseUnread(ErrorCode.CorruptMessage, error);
        }

        if (wholeBytes == 0)
        {
            return Accepted(-1, -1, config, -1);
        }

        if (wholeBytes > config.SegmentBytes)
        {
            return RefuseUnread(ErrorCode.RecordListTooLarge, $"The batches have {wholeBytes} bytes; a segment has at most {config.SegmentBytes}.");
        }

        bytes = bytes[..wholeBytes];
        AppendResult result;
        bool moved;
        lock (_lock)
        {
            if (!IsOnline)
            {
                return RefuseOffline();
            }

            if (firstOffset < _offsets.LogEndOffset)
            {
                return Refuse(
                    ErrorCode.OffsetOutOfRange, $"The leader's batches begin at offset {firstOffset}; the log ends at {_offsets.LogEndOffset}.");
            }

            if (!TryPrepareSegment(wholeBytes, firstOffset, lastOffset, maxTimestamp, config, nowMs) || !TryWrite(bytes))
            {
                return RefuseStorageError();
            }

            for (int position = 0; position < bytes.Length;)
            {
                BatchHeader batch = BatchHeader.Read(bytes[position..]);
                TakeIn(batch, batch.IsControl ? ControlBatchReader.Read(bytes.Slice(position, batch.SizeBytes)) : ControlMarker.None, config);
                position += batch.SizeBytes;
            }

            moved = FinishAppend(lastOffset + 1);
            result = Accepted(firstOffset, lastOffset, config, -1) with { IsFlushDue = IsFlushDue(config) };
        }

        _context.Metrics.Appended(wholeBytes, lastOffset - firstOffset + 1);
        NotifyListener(moved);
        return result;
    }

    // What a follower checks: checksums, and offsets that ascend. Batches of an epoch later than the one fetched with belong to another history.
    private static string? CheckFetched(
        ReadOnlySpan<byte> bytes, int leaderEpoch, out int wholeBytes, out long firstOffset, out long lastOffset, out long maxTimestamp)
    {
        wholeBytes = 0;
        firstOffset = -1;
        lastOffset = -1;
        maxTimestamp = RecordBatchFormat.NoTimestamp;
        while (wholeBytes < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[wholeBytes..];
            RecordBatchStatus status = RecordBatchValidator.Validate(rest);
            if (status == RecordBatchStatus.Incomplete)
            {
                break; // A fetch may end in the middle of a batch.
            }

            if (status is not (RecordBatchStatus.Valid or RecordBatchStatus.Legacy))
            {
                return $"The leader's batch at byte {wholeBytes} is damaged: {status}.";
            }

            BatchHeader batch = BatchHeader.Read(rest);
            if (batch.LeaderEpoch > leaderEpoch)
            {
                break;
            }

            if (batch.LastOffset <= lastOffset)
            {
                return $"The leader's batches are out of order: offset {batch.LastOffset} follows {lastOffset}.";
            }

            firstOffset = wholeBytes == 0 ? batch.BaseOffset : firstOffset;
            lastOffset = batch.LastOffset;
            maxTimestamp = Math.Max(maxTimestamp, batch.MaxTimestamp);
            wholeBytes += batch.SizeBytes;
        }

        return null;
    }

    private ProducerCheck CheckProducer(in BatchHeader batch, ControlMarker marker, AppendOrigin origin, in AppendOptions options)
    {
        if (!batch.HasProducerId)
        {
            return ProducerCheck.Accepted;
        }

        if (origin == AppendOrigin.Client)
        {
            return _producers.CheckClientBatch(batch, unknownMustStartAtZero: options.IsTransactionVersion2 && batch.IsTransactional, options.TransactionGuard);
        }

        if (options.TransactionGuard is { } guardId && batch is { IsTransactional: true, IsControl: false })
        {
            return _producers.CheckGuard(batch, guardId);
        }

        return marker.IsEndTransaction ? _producers.CheckMarker(batch, marker, options.IsTransactionVersion2) : ProducerCheck.Accepted;
    }

    // Under the lock: makes the active segment one that the bytes can go to.
    private bool TryPrepareSegment(int appendBytes, long firstOffset, long lastOffset, long maxTimestamp, LogConfig config, long nowMs)
    {
        RollReason reason = _segments[^1].ShouldRoll(appendBytes, lastOffset, maxTimestamp, config, nowMs);
        return reason == RollReason.None || TryRoll(reason, Math.Max(firstOffset, _offsets.LogEndOffset), config, nowMs);
    }

    // Under the lock.
    private bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        LogSegment active = _segments[^1];
        try
        {
            active.Write(bytes);
            return true;
        }
        catch (Exception exception) when (DiskErrors.IsStorageError(exception))
        {
            HandleFailedWrite(active, bytes.Length, exception);
            return false;
        }
    }

    private void HandleFailedWrite(LogSegment active, int appendBytes, Exception exception)
    {
        try
        {
            active.DiscardUnpublished();
        }
        catch (Exception discardException) when (TryTakeOffline(discardException))
        {
            return; // A part of the batch may still be behind the log's end; recovery cuts it off.
        }

        if (exception is IOException ioException && DiskErrors.IsShortage(ioException))
        {
            LogLog.DiskFull(_context.Logger, TopicPartition, appendBytes, exception);
            return;
        }

        _context.Directory.MarkOffline(exception);
    }

    // Under the lock, after the bytes are written. Nothing here can fail for want of room.
    private void TakeIn(in BatchHeader batch, ControlMarker marker, LogConfig config)
    {
        LogSegment active = _segments[^1];
        if (batch.LeaderEpoch > _epochs.LatestEpoch)
        {
            _epochs.Assign(batch.LeaderEpoch, batch.BaseOffset);
        }

        active.Publish(batch, config.IndexIntervalBytes);
        if (_producers.Update(batch, marker) is { IsAborted: true } aborted)
        {
            AddAborted(active, aborted);
        }
    }

    private void AddAborted(LogSegment active, in CompletedTransaction aborted)
    {
        try
        {
            active.TransactionIndex.Append(new AbortedTransactionEntry(
                aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, _producers.LastStableOffsetAfter(aborted)));
        }
        catch (Exception exception) when (TryTakeOffline(exception))
        {
            // The marker is in the log but not in the index: consumers would take the transaction for committed. Offline, nobody reads it, and
            // recovery builds the entry from the marker.
        }
    }

    // Under the lock: publishes what TakeIn has taken in.
    private bool FinishAppend(long logEndOffset)
    {
        _offsets = _offsets with { LogEndOffset = logEndOffset };
        if (_highWatermarkFollowsEnd)
        {
            _offsets = _offsets with { HighWatermark = logEndOffset };
            _producers.OnHighWatermark(logEndOffset);
        }

        Publish();
        return true;
    }

    private AppendResult Accepted(long baseOffset, long lastOffset, LogConfig config, long maxTimestamp) => new()
    {
        ErrorCode = ErrorCode.None,
        BaseOffset = baseOffset,
        LastOffset = lastOffset,
        LogAppendTimeMs = config.MessageTimestampType == TimestampType.LogAppendTime ? maxTimestamp : RecordBatchFormat.NoTimestamp,
        LogStartOffset = _offsets.LogStartOffset,
    };

    private AppendResult Refuse(ErrorCode code, string message, IReadOnlyList<RejectedRecord>? records = null)
    {
        _context.Metrics.Refused();
        return AppendResult.Refused(code, message, records, LogStartOffset);
    }

    private AppendResult RefuseUnread(ErrorCode code, string message)
    {
        _context.Metrics.Refused();
        return AppendResult.Refused(code, message, null, logStartOffset: -1);
    }

    private AppendResult RefuseOffline() => _context.Directory.IsOnline
        ? RefuseUnread(ErrorCode.NotLeaderOrFollower, $"{TopicPartition} has been closed.")
        : RefuseStorageError();

    private AppendResult RefuseStorageError() => RefuseUnread(ErrorCode.KafkaStorageError, "The disk error is described in the broker's log.");
}
