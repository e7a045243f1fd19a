namespace Sluice.FileServer.Tests;

public sealed class RangeTests
{
    [Theory]
    [InlineData("bytes=0-4", "hello", "bytes 0-4/12")]
    [InlineData("bytes=7-", "world", "bytes 7-11/12")]
    [InlineData("bytes=-5", "world", "bytes 7-11/12")]
    [InlineData("bytes=-500", "hello, world", "bytes 0-11/12")]
    [InlineData("bytes=7-99999999999999999999999", "world", "bytes 7-11/12")]
    [InlineData("BYTES=11-11", "d", "bytes 11-11/12")]
    public async Task A_range_is_sent_alone(string range, string body, string contentRange)
    {
        await using Site site = new();
        Answer answer = await site.GetAsync("/hello.txt", $"Range: {range}");
        answer.Status.ShouldBe(206);
        answer.Text.ShouldBe(body);
        answer["Content-Range"].ShouldBe(contentRange);
    }

    [Theory]
    [InlineData("/hello.txt", "bytes=12-", 12)]
    [InlineData("/hello.txt", "bytes=99999999999999999999999-", 12)]
    [InlineData("/hello.txt", "bytes=-0", 12)]
    [InlineData("/empty.bin", "bytes=0-", 0)]
    [InlineData("/empty.bin", "bytes=-5", 0)]
    public async Task A_range_behind_the_end_cannot_be_had(string target, string range, int lengthBytes)
    {
        await using Site site = new();
        Answer answer = await site.GetAsync(target, $"Range: {range}");
        answer.Status.ShouldBe(416);
        answer["Content-Range"].ShouldBe($"bytes */{lengthBytes}");
    }

    [Theory]
    [InlineData("bytes=4-2")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=+1-2")]
    [InlineData("lines=0-4")]
    [InlineData("bytes=0-1,3-4")]
    public async Task A_range_that_makes_no_sense_or_is_several_brings_the_whole_file(string range)
    {
        await using Site site = new();
        Answer answer = await site.GetAsync("/hello.txt", $"Range: {range}");
        answer.Status.ShouldBe(200);
        answer.Body.Length.ShouldBe(12);
    }

    [Fact]
    public async Task Any_range_of_a_large_file_is_that_part_of_it()
    {
        await using Site site = new();
        int seed = Environment.ProcessId;
        Random random = new(seed);
        using Talk talk = await site.ConnectAsync();
        for (int i = 0; i < 40; i++)
        {
            int first = random.Next(site.Large.Length);
            int last = first + random.Next(Math.Min(site.Large.Length - first, 1 << random.Next(22)));
            await talk.SayAsync($"GET /large.bin HTTP/1.1\r\nHost: x\r\nRange: bytes={first}-{last}\r\n\r\n");
            Answer answer = await talk.HearAsync();
            answer.Body.AsSpan().SequenceEqual(site.Large.AsSpan(first..(last + 1))).ShouldBeTrue($"seed {seed}, {first}-{last}");
        }
    }

    [Fact]
    public async Task A_range_of_a_version_that_is_gone_brings_the_whole_file()
    {
        await using Site site = new();
        Answer now = await site.GetAsync("/hello.txt");
        (await site.GetAsync("/hello.txt", "Range: bytes=0-4", $"If-Range: {now["ETag"]}")).Status.ShouldBe(206);
        (await site.GetAsync("/hello.txt", "Range: bytes=0-4", $"If-Range: {now["Last-Modified"]}")).Status.ShouldBe(206);
        (await site.GetAsync("/hello.txt", "Range: bytes=0-4", $"If-Range: W/{now["ETag"]}")).Status.ShouldBe(200);
        (await site.GetAsync("/hello.txt", "Range: bytes=0-4", "If-Range: \"old\"")).Status.ShouldBe(200);
        (await site.GetAsync("/hello.txt", "Range: bytes=0-4", "If-Range: Sun, 06 Nov 1994 08:49:37 GMT")).Status.ShouldBe(200);
    }
}
