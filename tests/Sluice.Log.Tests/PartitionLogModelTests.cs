using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

/// <summary>Random histories, compared with a list of batches that does the obvious thing slowly.</summary>
public sealed class PartitionLogModelTests
{
    [Fact]
    public async Task A_log_behaves_like_a_list_of_batches()
    {
        for (int history = 0; history < 6; history++)
        {
            await RunAsync(Random.Shared.Next());
        }
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        LogConfig config = LogConfig.Default with
        {
            SegmentBytes = random.Next(1500, 8000),
            IndexIntervalBytes = random.Next(0, 600),
            SegmentIndexBytes = random.Next(2) == 0 ? 4096 : 120,
            FileDeleteDelayMs = 0,
        };
        await using LogFixture fixture = await LogFixture.CreateAsync(config);
        var model = new Model();
        for (int step = 0; step < 250; step++)
        {
            string context = $"seed {seed}, step {step}";
            switch (random.Next(20))
            {
                case < 11:
                    Append(fixture, model, random, context);
                    break;
                case < 16:
                    Read(fixture, model, random, context);
                    break;
                case 16:
                    // Between batches: an end in the middle of one is not in the files, and a restart finds the end of the batch before.
                    long truncateTo = model.BoundaryAtOrBelow(random.NextInt64(model.Start, model.End + 1));
                    fixture.Log.TruncateTo(truncateTo);
                    model.TruncateTo(truncateTo);
                    break;
                case 17:
                    long startOffset = random.NextInt64(model.Start, model.End + 1);
                    fixture.Log.DeleteRecords(startOffset, out _).ShouldBe(Protocol.ErrorCode.None, context);
                    model.Start = startOffset;
                    fixture.Log.RemoveOldSegments();
                    break;
                case 18:
                    await fixture.RestartAsync();
                    break;
                default:
                    fixture.Manager.CheckpointAll();
                    await fixture.CrashAsync();
                    break;
            }

            fixture.Log.Offsets().ShouldBe(new LogOffsets(model.Start, model.End, model.End, model.End), context);
        }

        fixture.Log.Values().ShouldBe(model.Values(), $"seed {seed}");
    }

    private static void Append(LogFixture fixture, Model model, Random random, string context)
    {
        string[] values = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new string((char)random.Next('a', 'z'), random.Next(0, 300)))];
        fixture.Append(Batches.Of(values), leaderEpoch: 1).BaseOffset.ShouldBe(model.End, context);
        model.Append(values);
    }

    private static void Read(LogFixture fixture, Model model, Random random, string context)
    {
        long offset = random.NextInt64(Math.Max(0, model.Start - 2), model.End + 3);
        long ceiling = random.Next(3) == 0 ? random.NextInt64(model.Start, model.End + 1) : model.End;
        int maxBytes = random.Next(3) == 0 ? int.MaxValue : random.Next(0, 3000);
        bool minOneMessage = random.Next(2) == 0;
        LogReadResult result = random.Next(2) == 0
            ? fixture.Log.Read(offset, maxBytes, ceiling, minOneMessage)
            : fixture.Log.ReadResident(offset, maxBytes, ceiling, minOneMessage);
        if (result.Status == LogReadStatus.Cold)
        {
            // The kernel has let go of pages that were just written; so short of memory is a machine now and then.
            result.Region.Release();
            result = fixture.Log.Read(offset, maxBytes, ceiling, minOneMessage);
        }

        if (offset < model.Start || offset > model.End)
        {
            result.Status.ShouldBe(LogReadStatus.OutOfRange, context);
            return;
        }

        byte[] bytes = LogReader.Take(result);
        LogReader.CountBatches(bytes);
        (long BaseOffset, string[] Values)[] expected = model.From(offset, ceiling);
        if (expected.Length == 0)
        {
            bytes.ShouldBeEmpty(context);
            return;
        }

        if (bytes.Length == 0)
        {
            result.FirstBatchTooLarge.ShouldBeTrue(context);
            minOneMessage.ShouldBeFalse(context);
            return;
        }

        int count = LogReader.CountBatches(bytes);
        count.ShouldBeLessThanOrEqualTo(expected.Length, context);
        new RecordBatchView(bytes).BaseOffset.ShouldBe(expected[0].BaseOffset, context);
        if (count > 1 || !minOneMessage)
        {
            bytes.Length.ShouldBeLessThanOrEqualTo(maxBytes, context);
        }

        // A truncation in the middle of a batch leaves a gap in the offsets; either end of it is right.
        (long lastBase, string[] lastValues) = expected[count - 1];
        result.NextOffset.ShouldBeInRange(lastBase + lastValues.Length, count < expected.Length ? expected[count].BaseOffset : ceiling, context);
    }

    private sealed class Model
    {
        private readonly List<(long BaseOffset, string[] Values)> _batches = [];

        public long Start { get; set; }

        public long End { get; private set; }

        public void Append(string[] values)
        {
            _batches.Add((End, values));
            End += values.Length;
        }

        public void TruncateTo(long offset)
        {
            if (offset < End)
            {
                _batches.RemoveAll(batch => batch.BaseOffset + batch.Values.Length > offset);
                End = offset;
                Start = Math.Min(Start, offset);
            }
        }

        public long BoundaryAtOrBelow(long offset) => _batches.LastOrDefault(batch => batch.BaseOffset <= offset, (Start, [])).BaseOffset;

        public (long BaseOffset, string[] Values)[] From(long offset, long ceiling) => offset >= ceiling
            ? []
            : [.. _batches.Where(batch => batch.BaseOffset + batch.Values.Length > offset && batch.BaseOffset + batch.Values.Length <= ceiling)];

        public List<(long Offset, string Value)> Values() =>
        [
            .. _batches.SelectMany(batch => batch.Values.Select((value, index) => (batch.BaseOffset + index, value))).Where(record => record.Item1 >= Start),
        ];
    }
}
