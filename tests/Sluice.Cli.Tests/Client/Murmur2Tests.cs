using System.Text;
using Sluice.Client.Producing;

namespace Sluice.Cli.Tests.Client;

public sealed class Murmur2Tests
{
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Keys_hash_as_in_Kafkas_clients(string key, int expected) => Murmur2.Hash(Encoding.UTF8.GetBytes(key)).ShouldBe(expected);

    [Fact]
    public void Partition_of_a_key_with_a_negative_hash_is_within_range()
    {
        // The sign bit is dropped, the absolute value is not taken: -973932308 & 0x7fffffff = 1173551340.
        Murmur2.Partition("21"u8, 7).ShouldBe(1173551340 % 7);
        for (int count = 1; count <= 64; count++) Murmur2.Partition("a-little-bit-longer-string"u8, count).ShouldBeInRange(0, count - 1);
    }

    [Fact]
    public void Empty_key_is_a_key() => Murmur2.Partition([], 5).ShouldBeInRange(0, 4);
}
