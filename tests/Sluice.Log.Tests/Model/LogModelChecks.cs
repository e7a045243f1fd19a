using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Model;

/// <summary>Compares a log with its model: what is there, what is gone, and what every kind of reader is told of it.</summary>
/// <param name="fixture">Has the log.</param>
/// <param name="model">What has happened to it.</param>
/// <param name="random">Chooses where to read.</param>
internal sealed class LogModelChecks(LogFixture fixture, LogModel model, Random random)
{
    private readonly HashSet<long> _gone = [];

    public void Run()
    {
        fixture.Log.Offsets().ShouldBe(new LogOffsets(model.StartOffset, model.EndOffset, model.LastStableOffset, model.EndOffset));
        List<byte[]> batches = KeyedRecord.ReadBatches(fixture.Log);
        HashSet<long> aborted = Aborted();
        List<KeyedRecord> left = [.. batches.SelectMany(static batch => KeyedRecord.Of(batch)).Where(record => record.Offset >= model.StartOffset)];
        List<KeyedRecord> wanted = [.. left.Where(record => !aborted.Contains(record.Offset))];
        CheckWhatIsThere(left, wanted);
        CheckWhatIsGone(wanted, aborted);
        CheckAborted(left, aborted);
        CheckLookups(batches);
        for (int read = 0; read < 3; read++)
        {
            CheckRead(batches);
        }
    }

    private HashSet<long> Aborted()
    {
        HashSet<long> aborted = [];
        Dictionary<long, List<long>> open = [];
        foreach (ModelBatch batch in model.Batches.Where(static batch => batch.IsTransactional))
        {
            if (!open.TryGetValue(batch.ProducerId, out List<long>? offsets))
            {
                open[batch.ProducerId] = offsets = [];
            }

            offsets.AddRange(batch.Records.Select(static record => record.Offset));
            if (batch.EndsWithCommit is { } isCommit)
            {
                if (!isCommit) aborted.UnionWith(offsets);
                offsets.Clear();
            }
        }

        return aborted;
    }

    // What is there is what was appended, at its offset; below the offset that compaction has reached every key occurs once.
    private void CheckWhatIsThere(List<KeyedRecord> left, List<KeyedRecord> wanted)
    {
        Dictionary<long, KeyedRecord> appended = model.Batches.SelectMany(static batch => batch.Records).ToDictionary(static record => record.Offset);
        foreach (KeyedRecord record in left)
        {
            appended[record.Offset].ShouldBe(record);
            _gone.ShouldNotContain(record.Offset, "a record came back");
        }

        wanted.Where(record => record.Offset < model.CleanOffset).GroupBy(static record => record.Key).ShouldAllBe(static group => group.Count() == 1);
    }

    private void CheckWhatIsGone(List<KeyedRecord> wanted, HashSet<long> aborted)
    {
        HashSet<long> present = [.. wanted.Select(static record => record.Offset)];
        KeyedRecord[] all = [.. model.Batches.SelectMany(static batch => batch.Records).Where(record => !aborted.Contains(record.Offset))];
        Dictionary<string, long> latestClean = [];
        foreach (KeyedRecord record in all.Where(record => record.Offset < model.CleanOffset))
        {
            latestClean[record.Key!] = record.Offset;
        }

        foreach (KeyedRecord record in all.Where(record => record.Offset >= model.StartOffset && !present.Contains(record.Offset)))
        {
            record.Offset.ShouldBeLessThan(model.CleanOffset, $"{record} is gone although no round has looked at it");
            bool wasReplaced = latestClean[record.Key!] > record.Offset;
            bool isOldTombstone = record.Value is null
                && model.TombstoneSeenMs.TryGetValue(record.Offset, out long seenMs) && model.NowMs >= seenMs + LogModel.DeleteRetentionMs;
            (wasReplaced || isOldTombstone).ShouldBeTrue($"{record} is gone");
            _gone.Add(record.Offset);
        }
    }

    // Aborted records are gone, or a read_committed consumer is told of them; of others it is told nothing.
    private void CheckAborted(List<KeyedRecord> left, HashSet<long> aborted)
    {
        IReadOnlyList<AbortedTransaction> listed = fixture.Log.CollectAbortedTransactions(model.StartOffset, model.EndOffset);
        foreach (ModelBatch batch in model.Batches.Where(batch => batch.IsTransactional && left.Exists(record => record.Offset == batch.BaseOffset)))
        {
            bool isListed = listed.Any(transaction => transaction.ProducerId == batch.ProducerId && transaction.FirstOffset <= batch.BaseOffset
                && !model.Batches.Any(other => other.ProducerId == batch.ProducerId && other.EndsWithCommit is not null
                    && other.BaseOffset > transaction.FirstOffset && other.BaseOffset < batch.BaseOffset));
            isListed.ShouldBe(aborted.Contains(batch.BaseOffset), $"{batch} of an aborted transaction");
        }
    }

    // Markers are records too.
    private void CheckLookups(List<byte[]> batches)
    {
        List<(long Offset, long TimestampMs)> records = [.. batches.SelectMany(TimestampsOf).Where(record => record.Offset >= model.StartOffset)];
        long newestMs = records.Select(static record => record.TimestampMs).DefaultIfEmpty(-1).Max();
        OffsetLookup newest = fixture.Log.FindMaxTimestamp();
        (newest.Offset, newest.TimestampMs).ShouldBe(records.Find(record => record.TimestampMs == newestMs) is { TimestampMs: > 0 } found ? found : (-1, -1));
        foreach (long wantedMs in new[] { Batches.NowMs, newestMs, newestMs + 1, random.NextInt64(Batches.NowMs - 1, model.NowMs + 2) })
        {
            int index = records.FindIndex(record => record.TimestampMs >= wantedMs);
            OffsetLookup lookup = fixture.Log.FindByTimestamp(wantedMs);
            (lookup.Offset, lookup.TimestampMs).ShouldBe(index < 0 ? (-1, -1) : records[index], $"timestamp {wantedMs}");
        }
    }

    private static IEnumerable<(long Offset, long TimestampMs)> TimestampsOf(byte[] bytes)
    {
        var batch = new RecordBatchView(bytes);
        return batch.IsControl && batch.RecordsCount > 0
            ? [(batch.BaseOffset, batch.MaxTimestamp)]
            : KeyedRecord.Of(bytes).Select(static record => (record.Offset, record.TimestampMs));
    }

    // A fetch from anywhere, of any size, below any ceiling: the batches of the whole log, without a gap, as far as they fit.
    private void CheckRead(List<byte[]> batches)
    {
        long offset = random.NextInt64(Math.Max(0, model.StartOffset - 2), model.EndOffset + 3);
        long ceiling = random.Next(3) == 0 ? random.NextInt64(model.StartOffset, model.EndOffset + 1) : model.EndOffset;
        int maxBytes = random.Next(3) == 0 ? int.MaxValue : random.Next(0, 3000);
        bool minOneMessage = random.Next(2) == 0;
        string context = $"from {offset} below {ceiling}, {maxBytes} bytes, at least one: {minOneMessage}";
        LogReadResult result = Read(offset, maxBytes, ceiling, minOneMessage);
        if (offset < model.StartOffset || offset > model.EndOffset)
        {
            result.Status.ShouldBe(LogReadStatus.OutOfRange, context);
            return;
        }

        byte[] bytes = LogReader.Take(result);
        List<byte[]> expected = offset >= ceiling ? [] : batches.FindAll(batch => new RecordBatchView(batch).LastOffset >= offset && new RecordBatchView(batch).NextOffset <= ceiling);
        if (bytes.Length == 0)
        {
            (expected.Count == 0 || (result.FirstBatchTooLarge && !minOneMessage)).ShouldBeTrue(context);
            return;
        }

        int count = LogReader.CountBatches(bytes);
        count.ShouldBeLessThanOrEqualTo(expected.Count, context);
        bytes.ShouldBe(expected.Take(count).SelectMany(static batch => batch), context);
        if (count > 1 || !minOneMessage)
        {
            bytes.Length.ShouldBeLessThanOrEqualTo(maxBytes, context);
        }

        result.NextOffset.ShouldBeInRange(
            new RecordBatchView(expected[count - 1]).NextOffset, count < expected.Count ? new RecordBatchView(expected[count]).BaseOffset : ceiling, context);
    }

    private LogReadResult Read(long offset, int maxBytes, long ceiling, bool minOneMessage)
    {
        if (random.Next(2) == 0)
        {
            LogReadResult resident = fixture.Log.ReadResident(offset, maxBytes, ceiling, minOneMessage);
            if (resident.Status != LogReadStatus.Cold)
            {
                return resident;
            }

            resident.Region.Release(); // The kernel has let go of pages that were just written; so short of memory is a machine now and then.
        }

        return fixture.Log.Read(offset, maxBytes, ceiling, minOneMessage);
    }
}
