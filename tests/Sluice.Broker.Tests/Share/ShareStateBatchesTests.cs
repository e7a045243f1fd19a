using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Coordinators.Share;

namespace Sluice.Broker.Tests.Share;

/// <summary>Runs of records that are merged tell of each single record what it would be told by itself.</summary>
public sealed class ShareStateBatchesTests
{
    private static readonly sbyte[] States = [0, 2, 4];
    private static readonly FsCheck.Config Quiet = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(120).WithQuietOnSuccess(true);

    [Fact]
    public void A_run_in_the_middle_of_another_splits_it()
    {
        var batches = new ShareStateBatches();
        batches.Merge(new ShareStateBatch(0, 99, 0, 1));
        batches.Merge(new ShareStateBatch(40, 59, 2, 1));
        batches.All.ShouldBe([new(0, 39, 0, 1), new(40, 59, 2, 1), new(60, 99, 0, 1)]);
    }

    [Fact]
    public void Neighbours_of_one_kind_become_one_run()
    {
        var batches = new ShareStateBatches();
        batches.Merge(new ShareStateBatch(0, 9, 2, 1));
        batches.Merge(new ShareStateBatch(20, 29, 2, 1));
        batches.Merge(new ShareStateBatch(10, 19, 2, 1));
        batches.All.ShouldBe([new(0, 29, 2, 1)]);
    }

    [Fact]
    public void Records_below_the_start_are_forgotten()
    {
        var batches = new ShareStateBatches();
        batches.Merge(new ShareStateBatch(0, 9, 2, 1));
        batches.Merge(new ShareStateBatch(10, 29, 0, 3));
        batches.RemoveBelow(15);
        batches.All.ShouldBe([new(15, 29, 0, 3)]);
    }

    // Every four bytes are a run: where it begins, how long it is, and what became of its records.
    [Fact]
    public void Every_record_has_the_highest_count_and_then_the_highest_state_that_was_told_of_it() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static bytes => Check([.. bytes.Chunk(4).Where(static chunk => chunk.Length == 4).Select(ToBatch)])).Check(Quiet);

    private static ShareStateBatch ToBatch(byte[] bytes) => new(bytes[0] % 40, (bytes[0] % 40) + (bytes[1] % 12), States[bytes[2] % 3], (short)(1 + (bytes[3] % 4)));

    private static void Check(ShareStateBatch[] told)
    {
        var batches = new ShareStateBatches();
        Dictionary<long, (short Count, sbyte State)> each = [];
        foreach (ShareStateBatch batch in told)
        {
            batches.Merge(batch);
            for (long offset = batch.FirstOffset; offset <= batch.LastOffset; offset++)
            {
                if (!each.TryGetValue(offset, out (short Count, sbyte State) known) || (batch.DeliveryCount, batch.State).CompareTo(known) > 0)
                    each[offset] = (batch.DeliveryCount, batch.State);
            }
        }

        Dictionary<long, (short Count, sbyte State)> found = [];
        foreach (ShareStateBatch batch in batches.All)
        {
            for (long offset = batch.FirstOffset; offset <= batch.LastOffset; offset++) found.Add(offset, (batch.DeliveryCount, batch.State));
        }
        found.OrderBy(static record => record.Key).ShouldBe(each.OrderBy(static record => record.Key));
        batches.All.Zip(batches.All.Skip(1)).ShouldAllBe(static pair =>
            pair.First.LastOffset < pair.Second.FirstOffset
            && (pair.First.LastOffset + 1 < pair.Second.FirstOffset || pair.First.State != pair.Second.State || pair.First.DeliveryCount != pair.Second.DeliveryCount));
    }
}
