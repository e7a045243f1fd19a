using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Log.Compaction;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Compaction;

/// <summary>Random histories of appends, tombstones, transactions, rolls, rounds and restarts, beside a dictionary that does the obvious thing.</summary>
/// <remarks>A failing run prints the history and the seed that repeats it.</remarks>
public sealed class CleaningPropertyTests
{
    private const long RetentionMs = 1000;

    private static readonly FsCheck.Config Quiet = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true);

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (12, from key in Gen.Choose(0, 9) from count in Gen.Choose(1, 4) from codec in Gen.Choose(0, 4) select new Step(StepKind.Put, key, count, codec)),
        (3, from key in Gen.Choose(0, 9) select new Step(StepKind.Delete, key)),
        (2, from key in Gen.Choose(0, 9) from count in Gen.Choose(1, 3) select new Step(StepKind.CommittedPut, key, count)),
        (2, from key in Gen.Choose(0, 9) from count in Gen.Choose(1, 3) select new Step(StepKind.AbortedPut, key, count)),
        (4, Gen.Constant(new Step(StepKind.Roll))),
        (3, from mapKeys in Gen.Elements(2, 5, 1000) select new Step(StepKind.Clean, Count: mapKeys)),
        (3, from ms in Gen.Elements(1, 499, 1000, 1001) select new Step(StepKind.Wait, Count: ms)),
        (1, Gen.Constant(new Step(StepKind.Restart))),
        (1, Gen.Constant(new Step(StepKind.Crash))),
        (1, from part in Gen.Choose(1, 9) select new Step(StepKind.DeleteRecords, Count: part)));

    private enum StepKind
    {
        Put,
        Delete,
        CommittedPut,
        AbortedPut,
        Roll,
        Clean,
        Wait,
        Restart,
        Crash,
        DeleteRecords,
    }

    [Fact]
    public void A_compacted_log_is_a_dictionary_of_latest_values_with_a_history() =>
        Prop.ForAll(AnyStep.ListOf().Where(steps => steps.Count > 5).ToArbitrary(), steps => RunAsync(steps).GetAwaiter().GetResult()).Check(Quiet);

    private static async Task RunAsync(IReadOnlyList<Step> steps)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with
        {
            CleanupPolicy = CleanupPolicy.Compact,
            DeleteRetentionMs = RetentionMs,
            SegmentBytes = 1500,
            IndexIntervalBytes = 100,
            FileDeleteDelayMs = 0,
        });
        var model = new Model(fixture);
        foreach (Step step in steps)
        {
            await model.DoAsync(step);
            model.Check();
        }
    }

    private sealed record Step(StepKind Kind, int Key = 0, int Count = 0, int Codec = 0)
    {
        public override string ToString() => $"{Kind}({Key},{Count},{Codec})";
    }

    private sealed class Model(LogFixture fixture)
    {
        private const long Committer = 21;
        private const long Aborter = 22;

        // Everything that was ever appended and may be seen, by offset.
        private readonly SortedDictionary<long, KeyedRecord> _history = [];
        private readonly HashSet<long> _abortedOffsets = [];
        private readonly Dictionary<long, long> _tombstoneFirstCleanedMs = [];
        private readonly HashSet<long> _gone = [];
        private long _cleanOffset;
        private long _endOffset;
        private int _committedSequence;
        private int _abortedSequence;

        private long NowMs => fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();

        public async Task DoAsync(Step step)
        {
            switch (step.Kind)
            {
                case StepKind.Put:
                    Put(step, builder => builder.CompressionType = (CompressionType)step.Codec);
                    break;
                case StepKind.Delete:
                    Append([($"k{step.Key}", null)], configure: null, isAborted: false);
                    break;
                case StepKind.CommittedPut:
                    Transact(step, Committer, ref _committedSequence, commit: true);
                    break;
                case StepKind.AbortedPut:
                    Transact(step, Aborter, ref _abortedSequence, commit: false);
                    break;
                case StepKind.Roll:
                    fixture.Log.Roll();
                    break;
                case StepKind.Clean:
                    Clean(step.Count);
                    break;
                case StepKind.Wait:
                    fixture.Time.Advance(TimeSpan.FromMilliseconds(step.Count));
                    break;
                case StepKind.Restart:
                    await fixture.RestartAsync();
                    break;
                case StepKind.Crash:
                    fixture.Manager.CheckpointAll();
                    await fixture.CrashAsync();
                    break;
                default:
                    fixture.Log.DeleteRecords(fixture.Log.LogStartOffset + ((fixture.Log.HighWatermark - fixture.Log.LogStartOffset) * step.Count / 10), out _);
                    fixture.Log.RemoveOldSegments();
                    fixture.Manager.CheckpointAll();
                    break;
            }
        }

        public void Check()
        {
            long logStartOffset = fixture.Log.LogStartOffset;
            List<KeyedRecord> left = [.. KeyedRecord.ReadAll(fixture.Log).Where(record => record.Offset >= logStartOffset && !_abortedOffsets.Contains(record.Offset))];

            // What is there is what was appended, at its offset.
            foreach (KeyedRecord record in left)
            {
                _history[record.Offset].ShouldBe(record);
                _gone.ShouldNotContain(record.Offset, "a record came back");
            }

            CheckWhatIsGone(left, logStartOffset);
            CheckReads(left, logStartOffset);
            CheckDuplicates(left);
            CheckAborted();
            fixture.Log.LogEndOffset.ShouldBe(_endOffset);
        }

        private void CheckWhatIsGone(List<KeyedRecord> left, long logStartOffset)
        {
            var present = left.Select(record => record.Offset).ToHashSet();
            Dictionary<string, long> latestClean = [];
            foreach (KeyedRecord record in _history.Values.Where(record => record.Offset < _cleanOffset))
            {
                latestClean[record.Key!] = record.Offset;
            }

            foreach (KeyedRecord record in _history.Values.Where(record => record.Offset >= logStartOffset && !present.Contains(record.Offset)))
            {
                bool wasReplaced = latestClean.GetValueOrDefault(record.Key!, -1) > record.Offset;
                bool isOldTombstone = record.Value is null
                    && _tombstoneFirstCleanedMs.TryGetValue(record.Offset, out long seenMs) && NowMs >= seenMs + RetentionMs;
                (wasReplaced || isOldTombstone).ShouldBeTrue($"{record} is gone");
                record.Offset.ShouldBeLessThan(_cleanOffset, $"{record} is gone although no round has looked at it");
                _gone.Add(record.Offset);
            }
        }

        private void CheckReads(List<KeyedRecord> left, long logStartOffset)
        {
            for (long offset = logStartOffset; offset <= fixture.Log.LogEndOffset; offset += 1 + ((fixture.Log.LogEndOffset - logStartOffset) / 5))
            {
                List<KeyedRecord> read = [.. KeyedRecord.ReadAll(fixture.Log, offset, maxBytes: 300).Where(record => !_abortedOffsets.Contains(record.Offset))];
                KeyedRecord.ShouldBeEqual(read, [.. left.Where(record => record.Offset >= offset)], $"from {offset}");
            }
        }

        // Below the offset that the last round reached every key occurs once, however few keys its map had room for.
        private void CheckDuplicates(List<KeyedRecord> left) =>
            left.Where(record => record.Offset < _cleanOffset).GroupBy(record => record.Key).ShouldAllBe(group => group.Count() == 1);

        // Aborted records are gone, or a read_committed consumer is told of them.
        private void CheckAborted()
        {
            IReadOnlyList<AbortedTransaction> listed = fixture.Log.CollectAbortedTransactions(fixture.Log.LogStartOffset, fixture.Log.LogEndOffset);
            foreach (byte[] bytes in KeyedRecord.ReadBatches(fixture.Log))
            {
                var batch = new RecordBatchView(bytes);
                if (batch.ProducerId == Aborter && !batch.IsControl && batch.RecordsCount > 0)
                {
                    long baseOffset = batch.BaseOffset;
                    listed.ShouldContain(transaction => transaction.ProducerId == Aborter && transaction.FirstOffset == baseOffset);
                }
            }
        }

        private void Clean(int mapKeysCount)
        {
            foreach (KeyedRecord record in KeyedRecord.ReadAll(fixture.Log).Where(record => record.Value is null))
            {
                _tombstoneFirstCleanedMs.TryAdd(record.Offset, NowMs);
            }

            long checkpoint = Math.Max(_cleanOffset, fixture.Log.LogStartOffset);
            CleanableRange range = fixture.Log.FindCleanableRange(checkpoint);
            if (range.CleanableBytes == 0)
            {
                return;
            }

            CleaningLimits limits = Cleaning.Limits with { MapBytes = (mapKeysCount + 1) * OffsetMap.EntryBytes, LoadFactor = 1 };
            (long endOffset, CleaningCounts counts) = fixture.Clean(checkpoint, limits);
            endOffset.ShouldBeGreaterThan(range.FirstDirtyOffset);
            counts.KeysCount.ShouldBeLessThanOrEqualTo(mapKeysCount);
            _cleanOffset = endOffset;
        }

        private void Put(Step step, Action<RecordBatchBuilder>? configure) => Append(Records(step), configure, isAborted: false);

        private static (string Key, string? Value)[] Records(Step step) =>
            [.. Enumerable.Range(0, step.Count).Select(index => ($"k{(step.Key + (index * 3)) % 10}", (string?)new string((char)('a' + index), 20 + (step.Key * 5))))];

        private void Transact(Step step, long producerId, ref int sequence, bool commit)
        {
            int baseSequence = sequence;
            sequence += step.Count;
            Append(
                Records(step),
                builder =>
                {
                    builder.ProducerId = producerId;
                    builder.ProducerEpoch = 0;
                    builder.BaseSequence = baseSequence;
                    builder.IsTransactional = true;
                },
                isAborted: !commit);
            fixture.AppendMarker(Batches.Marker(producerId, 0, commit)).BaseOffset.ShouldBe(_endOffset++);
        }

        private void Append((string Key, string? Value)[] records, Action<RecordBatchBuilder>? configure, bool isAborted)
        {
            AppendResult result = fixture.AppendKeyed(records, configure);
            result.ErrorCode.ShouldBe(ErrorCode.None, result.Message);
            result.BaseOffset.ShouldBe(_endOffset);
            _endOffset += records.Length;
            for (int index = 0; index < records.Length; index++)
            {
                long offset = result.BaseOffset + index;
                if (isAborted)
                {
                    _abortedOffsets.Add(offset);
                }
                else
                {
                    _history[offset] = new KeyedRecord(offset, records[index].Key, records[index].Value, NowMs);
                }
            }
        }
    }
}
