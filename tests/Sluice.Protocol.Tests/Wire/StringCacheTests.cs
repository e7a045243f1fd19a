using System.Text;

namespace Sluice.Protocol.Tests.Wire;

public sealed class StringCacheTests
{
    [Theory]
    [InlineData("orders")]
    [InlineData("größe")]
    [InlineData("日本")]
    [InlineData("\U0001F40B")]
    public void A_string_is_made_once(string text)
    {
        var cache = new StringCache();
        string first = cache.Get(Encoding.UTF8.GetBytes(text));
        first.ShouldBe(text);
        cache.Get(Encoding.UTF8.GetBytes(text)).ShouldBeSameAs(first);
    }

    [Fact]
    public void Strings_survive_the_growth_of_the_cache()
    {
        var cache = new StringCache();
        string[] first = Enumerable.Range(0, 200).Select(i => cache.Get(Encoding.UTF8.GetBytes($"topic-{i}"))).ToArray();
        string[] second = Enumerable.Range(0, 200).Select(i => cache.Get(Encoding.UTF8.GetBytes($"topic-{i}"))).ToArray();
        second.ShouldBe(first);

        // A neighbourhood of slots can be full, so not every one must be the same instance, but nearly all are.
        first.Zip(second).Count(pair => ReferenceEquals(pair.First, pair.Second)).ShouldBeGreaterThan(190);
    }

    [Fact]
    public void Any_number_of_strings_is_read_correctly()
    {
        var cache = new StringCache();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 5000; i++) cache.Get(Encoding.UTF8.GetBytes($"{i} größe")).ShouldBe($"{i} größe");
        }
    }

    [Fact]
    public void Long_strings_are_not_kept()
    {
        var cache = new StringCache();
        byte[] utf8 = Encoding.UTF8.GetBytes(new string('x', StringCache.StringBytesMax + 1));
        cache.Get(utf8).ShouldNotBeSameAs(cache.Get(utf8));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_read_the_same_every_time()
    {
        var cache = new StringCache();
        byte[] utf8 = [0x61, 0xff, 0xfe, 0xc3];
        cache.Get(utf8).ShouldBe("a\ufffd\ufffd\ufffd");
        cache.Get(utf8).ShouldBe("a\ufffd\ufffd\ufffd");

        // The same characters as real UTF-8 are other bytes, and these bytes are not the string that looks like them.
        cache.Get(Encoding.UTF8.GetBytes("a\ufffd\ufffd\ufffd")).ShouldBe("a\ufffd\ufffd\ufffd");
    }

    [Fact]
    public void Bytes_outside_ascii_are_not_taken_for_a_string_of_the_same_length()
    {
        var cache = new StringCache();
        cache.Get("ab"u8).ShouldBe("ab");
        cache.Get([0xe9, 0x62]).ShouldBe("\ufffdb");
        cache.Get([0xe9, 0x62]).ShouldBe("\ufffdb");
    }
}
