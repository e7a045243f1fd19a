using Sluice.Log.Checkpoints;

namespace Sluice.Log.Tests.Checkpoints;

public sealed class LeaderEpochCacheTests
{
    [Fact]
    public void Assigning_drops_what_contradicts_the_new_epoch()
    {
        var cache = new LeaderEpochCache([]);
        cache.Assign(1, 0).ShouldBeTrue();
        cache.Assign(1, 10).ShouldBeFalse();
        cache.Assign(2, 10);
        cache.Assign(3, 20);
        cache.Entries.ShouldBe([new EpochEntry(1, 0), new EpochEntry(2, 10), new EpochEntry(3, 20)]);
        cache.Assign(4, 15);
        cache.Entries.ShouldBe([new EpochEntry(1, 0), new EpochEntry(2, 10), new EpochEntry(4, 15)]);
        cache.Assign(2, 30);
        cache.Entries.ShouldBe([new EpochEntry(1, 0), new EpochEntry(2, 30)]);
    }

    [Fact]
    public void End_offsets_follow_the_next_higher_epoch()
    {
        var cache = new LeaderEpochCache([new EpochEntry(2, 10), new EpochEntry(5, 20), new EpochEntry(7, 30)]);
        cache.EndOffsetFor(-1, 40).ShouldBe(EpochEndOffset.Undefined);
        cache.EndOffsetFor(8, 40).ShouldBe(EpochEndOffset.Undefined);
        cache.EndOffsetFor(7, 40).ShouldBe(new EpochEndOffset(7, 40));
        cache.EndOffsetFor(6, 40).ShouldBe(new EpochEndOffset(5, 30));
        cache.EndOffsetFor(5, 40).ShouldBe(new EpochEndOffset(5, 30));
        cache.EndOffsetFor(3, 40).ShouldBe(new EpochEndOffset(2, 20));
        cache.EndOffsetFor(1, 40).ShouldBe(new EpochEndOffset(1, 10));
        new LeaderEpochCache([]).EndOffsetFor(0, 40).ShouldBe(EpochEndOffset.Undefined);
    }

    [Fact]
    public void Truncation_cuts_both_ends()
    {
        var cache = new LeaderEpochCache([new EpochEntry(2, 10), new EpochEntry(5, 20), new EpochEntry(7, 30)]);
        cache.TruncateFromStart(5);
        cache.Entries[0].ShouldBe(new EpochEntry(2, 10));
        cache.TruncateFromStart(25);
        cache.Entries.ShouldBe([new EpochEntry(5, 25), new EpochEntry(7, 30)]);
        cache.TruncateFromEnd(31);
        cache.Entries.Count.ShouldBe(2);
        cache.TruncateFromEnd(30);
        cache.Entries.ShouldBe([new EpochEntry(5, 25)]);
        cache.TruncateFromStart(30);
        cache.Entries.ShouldBe([new EpochEntry(5, 30)]);
    }

    [Fact]
    public void The_epoch_of_an_offset_is_the_last_one_that_began_at_or_below_it()
    {
        var cache = new LeaderEpochCache([new EpochEntry(2, 10), new EpochEntry(5, 20)]);
        cache.EpochFor(9).ShouldBe(-1);
        cache.EpochFor(10).ShouldBe(2);
        cache.EpochFor(19).ShouldBe(2);
        cache.EpochFor(1000).ShouldBe(5);
    }
}
