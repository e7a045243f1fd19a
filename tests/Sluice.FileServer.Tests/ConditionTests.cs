namespace Sluice.FileServer.Tests;

public sealed class ConditionTests
{
    [Fact]
    public async Task What_the_client_has_is_not_sent_again()
    {
        await using Site site = new();
        Answer now = await site.GetAsync("/hello.txt");
        string tag = now["ETag"]!;
        Answer same = await site.GetAsync("/hello.txt", $"If-None-Match: \"x\", W/{tag}");
        same.Status.ShouldBe(304);
        same["ETag"].ShouldBe(tag);
        same["Content-Length"].ShouldBeNull();
        (await site.GetAsync("/hello.txt", "If-None-Match: *")).Status.ShouldBe(304);
        (await site.GetAsync("/hello.txt", $"If-Modified-Since: {now["Last-Modified"]}")).Status.ShouldBe(304);
        (await site.AskAsync($"HEAD /hello.txt HTTP/1.1\r\nHost: x\r\nIf-None-Match: {tag}\r\n\r\n")).Status.ShouldBe(304);
    }

    [Theory]
    [InlineData("If-None-Match: \"x\"")]
    [InlineData("If-None-Match: x")]
    [InlineData("If-None-Match: \"")]
    [InlineData("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("If-Modified-Since: Sun Nov  6 08:49:37 1994")]
    [InlineData("If-Modified-Since: yesterday")]
    [InlineData("If-Unmodified-Since: yesterday")]
    [InlineData("If-Match: *")]
    public async Task What_the_client_does_not_have_is_sent(string field)
    {
        await using Site site = new();
        (await site.GetAsync("/hello.txt", field)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_tag_that_differs_counts_more_than_a_date_that_does_not()
    {
        await using Site site = new();
        Answer now = await site.GetAsync("/hello.txt");
        (await site.GetAsync("/hello.txt", "If-None-Match: \"x\"", $"If-Modified-Since: {now["Last-Modified"]}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_is_said_so()
    {
        await using Site site = new();
        Answer now = await site.GetAsync("/hello.txt");
        (await site.GetAsync("/hello.txt", "If-Match: \"x\"")).Status.ShouldBe(412);
        (await site.GetAsync("/hello.txt", $"If-Match: W/{now["ETag"]}")).Status.ShouldBe(412);
        (await site.GetAsync("/hello.txt", $"If-Match: \"x\",{now["ETag"]}")).Status.ShouldBe(200);
        (await site.GetAsync("/hello.txt", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT")).Status.ShouldBe(412);
    }
}
