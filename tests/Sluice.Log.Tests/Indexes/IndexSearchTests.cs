using Sluice.Log.Indexes;

namespace Sluice.Log.Tests.Indexes;

public sealed class IndexSearchTests
{
    [Fact]
    public void Lookups_agree_with_walking_the_entries()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        foreach (int count in (int[])[0, 1, 2, 3, 1023, 1024, 1025, 1026, 3000])
        {
            byte[] entries = RandomOffsetIndex(random, count, out List<(int RelativeOffset, int PositionBytes)> model);
            var index = new OffsetIndexEntries(entries);
            for (int round = 0; round < 500; round++)
            {
                int target = random.Next(count * 12 + 10);
                index.Lookup(target).ShouldBe(model.LastOrDefault(entry => entry.RelativeOffset <= target), $"seed {seed}, {count} entries, offset {target}");
                index.LookupPosition(target).ShouldBe(model.LastOrDefault(entry => entry.PositionBytes <= target), $"seed {seed}, {count} entries, position {target}");
                index.CountBelow(target).ShouldBe(model.Count(entry => entry.RelativeOffset < target), $"seed {seed}, {count} entries, below {target}");
            }
        }
    }

    [Fact]
    public void Time_lookups_agree_with_walking_the_entries()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        foreach (int count in (int[])[0, 1, 2, 682, 683, 684, 2000])
        {
            var model = new List<(long TimestampMs, int RelativeOffset)>();
            var entries = new byte[count * TimeIndexEntries.EntryBytes];
            long timestampMs = 1_700_000_000_000;
            int relativeOffset = 0;
            for (int slot = 0; slot < count; slot++)
            {
                timestampMs += random.Next(1, 10);
                relativeOffset += random.Next(0, 3);
                model.Add((timestampMs, relativeOffset));
                TimeIndexEntries.Write(entries.AsSpan(slot * TimeIndexEntries.EntryBytes), timestampMs, relativeOffset);
            }

            var index = new TimeIndexEntries(entries);
            for (int round = 0; round < 500; round++)
            {
                long target = 1_700_000_000_000 + random.Next(count * 11 + 5);
                index.Lookup(target).ShouldBe(model.LastOrDefault(entry => entry.TimestampMs <= target).RelativeOffset, $"seed {seed}, {count} entries");
                int offset = random.Next(count * 2 + 5);
                index.CountBelow(offset).ShouldBe(model.Count(entry => entry.RelativeOffset < offset), $"seed {seed}, {count} entries, below {offset}");
            }
        }
    }

    [Fact]
    public void A_lookup_near_the_end_touches_only_the_warm_section()
    {
        var keys = new CountingKeys(100_000);
        IndexSearch.SlotAtOrBelow(keys, 99_900).ShouldBe(99_900);
        CountingKeys.LowestTouched.ShouldBeGreaterThanOrEqualTo(100_000 - 1 - 1024);
    }

    private static byte[] RandomOffsetIndex(Random random, int count, out List<(int RelativeOffset, int PositionBytes)> model)
    {
        model = [];
        var entries = new byte[count * OffsetIndexEntries.EntryBytes];
        int relativeOffset = 0;
        int positionBytes = 0;
        for (int slot = 0; slot < count; slot++)
        {
            relativeOffset += random.Next(1, 20);
            positionBytes += random.Next(1, 20);
            model.Add((relativeOffset, positionBytes));
            OffsetIndexEntries.Write(entries.AsSpan(slot * OffsetIndexEntries.EntryBytes), relativeOffset, positionBytes);
        }

        return entries;
    }

    private readonly struct CountingKeys : IIndexKeys
    {
        [ThreadStatic]
        private static int _lowestTouched;

        public CountingKeys(int count)
        {
            Count = count;
            _lowestTouched = int.MaxValue;
        }

        public static int LowestTouched => _lowestTouched;

        public int Count { get; }

        public int WarmCount => 1024;

        public long KeyAt(int slot)
        {
            _lowestTouched = Math.Min(_lowestTouched, slot);
            return slot;
        }
    }
}
