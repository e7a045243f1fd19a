using System.Text;
using Sluice.Log.Compaction;

namespace Sluice.Log.Tests.Compaction;

public sealed class OffsetMapTests
{
    [Theory]
    [InlineData(0, "A3817F04BA25A8E66DF67214C7550293")]
    [InlineData(1, "DA87C1D86B99AF44347659119B22FC45")]
    [InlineData(2, "8177228DA4A45DC7FCA38BDEF60AFFE4")]
    [InlineData(3, "9C70B60C5267A94E5F33B6B02985ED51")]
    public void The_hash_is_that_of_its_authors(int lengthBytes, string expected)
    {
        byte[] counting = [.. Enumerable.Range(0, 16).Select(value => (byte)value)];
        UInt128 hash = new KeyHasher(counting).Compute(counting.AsSpan(0, lengthBytes));
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, hash);
        Convert.ToHexString(bytes).ShouldBe(expected);
    }

    [Fact]
    public void The_hash_depends_on_every_byte_of_the_key_and_on_its_length()
    {
        KeyHasher hasher = KeyHasher.Create();
        var seen = new HashSet<UInt128>();
        for (int lengthBytes = 0; lengthBytes < 40; lengthBytes++)
        {
            var key = new byte[lengthBytes];
            seen.Add(hasher.Compute(key)).ShouldBeTrue();
            for (int index = 0; index < lengthBytes; index++)
            {
                key[index] = 1;
                seen.Add(hasher.Compute(key)).ShouldBeTrue();
                key[index] = 0;
            }
        }
    }

    [Fact]
    public void The_latest_offset_of_a_key_wins_and_an_unknown_key_has_none()
    {
        using var map = new OffsetMap(1 << 16, 0.9, keysCountMax: 1000);
        map.TryPut(Key(1), 0).ShouldBeTrue();
        map.TryPut(Key(2), 5).ShouldBeTrue();
        map.TryPut(Key(1), 9).ShouldBeTrue();
        map.Count.ShouldBe(2);
        map.Lookup(Key(1)).ShouldBe(9);
        map.Lookup(Key(2)).ShouldBe(5);
        map.Lookup(Key(3)).ShouldBe(-1);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.9)]
    [InlineData(0.1)]
    public void A_full_map_takes_no_new_key_and_still_moves_known_ones(double loadFactor)
    {
        using var map = new OffsetMap(100 * OffsetMap.EntryBytes, loadFactor, keysCountMax: 1_000_000);
        int count = 0;
        while (map.TryPut(Key(count), count))
        {
            count++;
        }

        count.ShouldBe((int)map.CapacityCount);
        count.ShouldBe(Math.Min(99, (int)(100 * loadFactor)));
        map.TryPut(Key(0), 777).ShouldBeTrue();
        map.TryPut(Key(count), 778).ShouldBeFalse();
        map.Lookup(Key(count)).ShouldBe(-1);
        map.Lookup(Key(0)).ShouldBe(777);
        for (int key = 1; key < count; key++)
        {
            map.Lookup(Key(key)).ShouldBe(key);
        }
    }

    [Fact]
    public void A_map_behaves_like_a_dictionary()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        using var map = new OffsetMap(1 << 20, 0.9, keysCountMax: 5000);
        var model = new Dictionary<int, long>();
        for (long offset = 0; offset < 20_000; offset++)
        {
            int key = random.Next(5000);
            map.TryPut(Key(key), offset).ShouldBeTrue($"seed {seed}");
            model[key] = offset;
        }

        map.Count.ShouldBe(model.Count, $"seed {seed}");
        for (int key = 0; key < 5100; key++)
        {
            map.Lookup(Key(key)).ShouldBe(model.GetValueOrDefault(key, -1), $"seed {seed}, key {key}");
        }
    }

    [Fact]
    public void Memory_follows_the_keys_that_can_come_and_never_exceeds_its_bound()
    {
        using var small = new OffsetMap(128 << 20, 0.9, keysCountMax: 100);
        small.MemoryBytes.ShouldBe(200 * OffsetMap.EntryBytes);
        small.CapacityCount.ShouldBeGreaterThanOrEqualTo(100);
        using var large = new OffsetMap(1000, 0.9, keysCountMax: long.MaxValue);
        large.MemoryBytes.ShouldBeLessThanOrEqualTo(1000);
        using var least = new OffsetMap(2 * OffsetMap.EntryBytes, 0.01, keysCountMax: 1);
        least.CapacityCount.ShouldBe(1);
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key-{number}");
}
