using Sluice.Log.Compaction;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Model;

/// <summary>A log as a list of all batches that were appended and not taken back, and what has happened to them since.</summary>
/// <remarks>Does every step to a real log as well, and asserts what the step itself promises.</remarks>
internal sealed class LogModel(LogFixture fixture)
{
    public const long DeleteRetentionMs = 1000;
    public const long FirstTransactionalProducer = 21;
    private const long IdempotentProducer = 20;
    private const int TransactionalProducersCount = 3;

    private readonly List<ModelBatch> _batches = [];

    // What compaction or a deletion has relied on is never taken back: neither looks above the high watermark, and no replica truncates below it.
    private long _stableOffset;

    public IReadOnlyList<ModelBatch> Batches => _batches;

    public long StartOffset { get; private set; }

    public long EndOffset { get; private set; }

    /// <summary>Offset up to which compaction has come.</summary>
    public long CleanOffset { get; private set; }

    /// <summary>When compaction first saw a tombstone, by the tombstone's offset.</summary>
    public Dictionary<long, long> TombstoneSeenMs { get; } = [];

    public long NowMs => fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>No batch of a history is longer: four records with values of 155 bytes.</summary>
    public const int BatchBytesMax = 800;

    /// <summary>First offset of the oldest transaction that is open; the end if none is.</summary>
    public long LastStableOffset => OpenTransactions().Values.Append(EndOffset).Min();

    public async Task DoAsync(LogStep step)
    {
        switch (step.Kind)
        {
            case LogStepKind.Put:
                Append(Values(step), step.Codec, producerId: -1);
                break;
            case LogStepKind.Delete:
                Append([($"k{step.Key}", null)], step.Codec, producerId: -1);
                break;
            case LogStepKind.IdempotentPut:
                Append(Values(step), step.Codec, IdempotentProducer);
                break;
            case LogStepKind.Repeat:
                Repeat();
                break;
            case LogStepKind.TransactionalPut:
                Append(Values(step), step.Codec, ProducerOf(step));
                break;
            case LogStepKind.Commit or LogStepKind.Abort:
                End(ProducerOf(step), isCommit: step.Kind == LogStepKind.Commit);
                break;
            case LogStepKind.Roll:
                fixture.Log.Roll();
                break;
            case LogStepKind.Clean:
                Clean(step.Count);
                break;
            case LogStepKind.RetainByTime:
                RetainByTime(step.Count);
                break;
            case LogStepKind.RetainBySize:
                RetainBySize(step.Count);
                break;
            case LogStepKind.DeleteRecords:
                DeleteRecords(StartOffset + ((LastStableOffset - StartOffset) * step.Count / 10));
                break;
            case LogStepKind.Truncate:
                Truncate(step.Count);
                break;
            case LogStepKind.Wait:
                fixture.Time.Advance(TimeSpan.FromMilliseconds(step.Count));
                break;
            case LogStepKind.Restart:
                await fixture.RestartAsync();
                break;
            default:
                fixture.Manager.CheckpointAll();
                await fixture.CrashAsync();
                break;
        }
    }

    /// <summary>First offset of every open transaction, by its producer.</summary>
    public Dictionary<long, long> OpenTransactions()
    {
        Dictionary<long, long> open = [];
        foreach (ModelBatch batch in _batches.Where(static batch => batch.IsTransactional))
        {
            if (batch.EndsWithCommit is null) open.TryAdd(batch.ProducerId, batch.BaseOffset);
            else open.Remove(batch.ProducerId);
        }

        return open;
    }

    private static long ProducerOf(LogStep step) => FirstTransactionalProducer + (step.Key % TransactionalProducersCount);

    private static (string Key, string? Value)[] Values(LogStep step) =>
        [.. Enumerable.Range(0, step.Count).Select(index => ($"k{(step.Key + (index * 3)) % 10}", (string?)new string((char)('a' + index), 20 + (step.Key * 15))))];

    private void Append((string Key, string? Value)[] records, int codec, long producerId)
    {
        int sequence = producerId < 0 ? -1 : NextSequence(producerId);
        AppendResult result = Send(records, codec, producerId, sequence);
        result.ErrorCode.ShouldBe(ErrorCode.None, result.Message);
        result.IsDuplicate.ShouldBeFalse();
        result.BaseOffset.ShouldBe(EndOffset);
        Add(new ModelBatch(EndOffset, [.. records.Select((record, index) => new KeyedRecord(EndOffset + index, record.Key, record.Value, NowMs))], producerId, sequence));
    }

    private AppendResult Send((string Key, string? Value)[] records, int codec, long producerId, int sequence) => fixture.AppendKeyed(records, builder =>
    {
        builder.CompressionType = (CompressionType)codec;
        builder.ProducerId = producerId;
        builder.ProducerEpoch = (short)(producerId < 0 ? -1 : 0);
        builder.BaseSequence = sequence;
        builder.IsTransactional = producerId >= FirstTransactionalProducer;
    });

    private int NextSequence(long producerId) =>
        _batches.FindLast(batch => batch.ProducerId == producerId && batch.EndsWithCommit is null) is { } last ? last.Sequence + last.Records.Length : 0;

    // A producer that has not heard that its last batch arrived.
    private void Repeat()
    {
        if (_batches.FindLast(static batch => batch.ProducerId == IdempotentProducer) is { } last && last.BaseOffset >= StartOffset)
        {
            AppendResult result = Send([.. last.Records.Select(static record => (record.Key!, record.Value))], codec: 0, IdempotentProducer, last.Sequence);
            (result.ErrorCode, result.IsDuplicate, result.BaseOffset, result.LastOffset).ShouldBe((ErrorCode.None, true, last.BaseOffset, last.NextOffset - 1));
        }
    }

    private void End(long producerId, bool isCommit)
    {
        if (OpenTransactions().ContainsKey(producerId))
        {
            fixture.AppendMarker(Support.Batches.Marker(producerId, 0, isCommit)).BaseOffset.ShouldBe(EndOffset);
            Add(new ModelBatch(EndOffset, [], producerId, EndsWithCommit: isCommit));
        }
    }

    private void Add(ModelBatch batch)
    {
        _batches.Add(batch);
        EndOffset = batch.NextOffset;
    }

    private void Clean(int mapKeysCount)
    {
        long checkpoint = Math.Max(CleanOffset, StartOffset);
        CleanableRange range = fixture.Log.FindCleanableRange(checkpoint);
        range.FirstUncleanableOffset.ShouldBeLessThanOrEqualTo(Math.Max(LastStableOffset, checkpoint));
        if (range.CleanableBytes == 0)
        {
            return;
        }

        foreach (KeyedRecord tombstone in KeyedRecord.ReadAll(fixture.Log).Where(static record => record.Value is null))
        {
            TombstoneSeenMs.TryAdd(tombstone.Offset, NowMs);
        }

        CleaningLimits limits = Cleaning.Limits with { MapBytes = (mapKeysCount + 1) * OffsetMap.EntryBytes, LoadFactor = 1 };
        (long endOffset, CleaningCounts counts) = fixture.Clean(checkpoint, limits);
        endOffset.ShouldBeGreaterThan(range.FirstDirtyOffset);
        counts.KeysCount.ShouldBeLessThanOrEqualTo(mapKeysCount);
        CleanOffset = endOffset;
        _stableOffset = EndOffset;
    }

    private void RetainByTime(int retentionMs)
    {
        long expiredMs = NowMs - retentionMs;
        List<byte[]> batches = KeyedRecord.ReadBatches(fixture.Log);
        bool isAllOld = batches.TrueForAll(batch => new RecordBatchView(batch).MaxTimestamp < expiredMs);
        if (!Retain(fixture.Config with { RetentionMs = retentionMs }))
        {
            return;
        }

        foreach (byte[] batch in batches)
        {
            var view = new RecordBatchView(batch);
            if (view.LastOffset < StartOffset && view.RecordsCount > 0)
            {
                view.MaxTimestamp.ShouldBeLessThan(expiredMs, $"the batch at {view.BaseOffset} was young");
            }
        }

        if (isAllOld)
        {
            StartOffset.ShouldBe(EndOffset, "everything was old");
        }
    }

    private void RetainBySize(int tenths)
    {
        if (!Retain(fixture.Config))
        {
            return; // Whatever was below the log start is gone now, so that the sizes below are those of the policy.
        }

        long sizeBytes = fixture.Log.SizeBytes;
        long retentionBytes = sizeBytes * tenths / 10;
        Retain(fixture.Config with { RetentionBytes = retentionBytes });
        fixture.Log.SizeBytes.ShouldBeInRange(retentionBytes, Math.Min(sizeBytes, retentionBytes + fixture.Config.SegmentBytes + 1000));
    }

    // Not while a transaction is open: then it could lose its beginning, which the model does not know how to tell.
    private bool Retain(LogConfig config)
    {
        if (LastStableOffset < EndOffset)
        {
            return false;
        }

        fixture.Log.Config = config;
        fixture.Log.RemoveOldSegments();
        fixture.Log.Config = fixture.Config;
        fixture.Log.LogStartOffset.ShouldBeInRange(StartOffset, EndOffset);
        RaiseStart(fixture.Log.LogStartOffset);
        return true;
    }

    private void DeleteRecords(long offset)
    {
        fixture.Log.DeleteRecords(offset, out long lowWatermark).ShouldBe(ErrorCode.None);
        lowWatermark.ShouldBe(offset);
        RaiseStart(offset);
        fixture.Log.RemoveOldSegments();
    }

    private void RaiseStart(long offset)
    {
        if (offset > StartOffset)
        {
            StartOffset = offset;
            _stableOffset = EndOffset;
        }
    }

    // Between batches: an end in the middle of one is not in the files, and a restart finds the end of the batch before.
    private void Truncate(int tenths)
    {
        long lowest = Math.Max(StartOffset, _stableOffset);
        long wanted = lowest + ((EndOffset - lowest) * tenths / 10);
        long offset = _batches.FindLast(batch => batch.BaseOffset <= wanted)?.BaseOffset ?? EndOffset;
        if (wanted == EndOffset || offset < lowest)
        {
            return;
        }

        fixture.Log.TruncateTo(offset).ShouldBeTrue();
        _batches.RemoveAll(batch => batch.BaseOffset >= offset);
        EndOffset = offset;
    }
}
