namespace Sluice.FileServer.Tests;

public sealed class GetTests
{
    [Fact]
    public async Task A_file_comes_with_its_length_type_date_and_tag()
    {
        await using Site site = new();
        Answer answer = await site.GetAsync("/hello.txt");
        answer.Status.ShouldBe(200);
        answer.Text.ShouldBe("hello, world");
        answer["Content-Type"].ShouldBe("text/plain; charset=utf-8");
        answer["Accept-Ranges"].ShouldBe("bytes");
        answer["ETag"].ShouldNotBeNull().ShouldMatch("^\"[0-9a-f-]+\"$");
        DateTimeOffset.Parse(answer["Last-Modified"]!, System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBe(File.GetLastWriteTimeUtc(Path.Combine(site.Root, "hello.txt")), TimeSpan.FromSeconds(1));
        answer["Date"].ShouldNotBeNull();
        answer["Connection"].ShouldBeNull();
    }

    [Fact]
    public async Task A_large_file_arrives_whole_and_is_not_copied()
    {
        await using Site site = new();
        Answer answer = await site.GetAsync("/large.bin");
        answer.Body.AsSpan().SequenceEqual(site.Large).ShouldBeTrue();
        answer["Content-Type"].ShouldBe("application/octet-stream");
        if (Transfer.TransferCapabilities.Detect().SendFile.IsOffered && !site.Root.StartsWith("/dev", StringComparison.Ordinal))
            site.Server.Metrics.Read().CopyBytes.ShouldBe(0);
    }

    [Theory]
    [InlineData("/hello.txt", 12)]
    [InlineData("/large.bin", 3_000_001)]
    [InlineData("/empty.bin", 0)]
    public async Task HEAD_tells_the_length_and_sends_no_body(string target, int lengthBytes)
    {
        await using Site site = new();
        using Talk talk = await site.ConnectAsync();
        await talk.SayAsync($"HEAD {target} HTTP/1.1\r\nHost: x\r\n\r\nGET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        (await talk.HearAsync(isHead: true))["Content-Length"].ShouldBe($"{lengthBytes}");
        (await talk.HearAsync()).Text.ShouldBe("hello, world");
    }

    [Fact]
    public async Task An_empty_file_is_a_file()
    {
        await using Site site = new();
        Answer answer = await site.GetAsync("/empty.bin");
        answer.Status.ShouldBe(200);
        answer["Content-Length"].ShouldBe("0");
    }

    [Theory]
    [InlineData("/with%20space%20%26%20%C3%BC.html?a=b")]
    [InlineData("//./with%20space%20&%20%c3%bc.html")]
    public async Task Names_are_decoded_and_queries_left_out(string target)
    {
        await using Site site = new();
        Answer answer = await site.GetAsync(target);
        answer.Status.ShouldBe(200);
        answer["Content-Type"].ShouldBe("text/html; charset=utf-8");
    }

    [Fact]
    public async Task A_folder_shows_its_index_and_is_asked_for_with_a_slash()
    {
        await using Site site = new();
        (await site.GetAsync("/folder/")).Text.ShouldBe("<h1>index</h1>");
        Answer moved = await site.GetAsync("//folder");
        moved.Status.ShouldBe(301);
        moved["Location"].ShouldBe("/folder/");
        (await site.GetAsync("/bare/")).Status.ShouldBe(404);
        (await site.GetAsync("/")).Status.ShouldBe(404);
        (await site.GetAsync("/hello.txt/")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_changed_file_is_noticed_once_its_time_is_over()
    {
        await using Site site = new(static options => options.KeptOpen = TimeSpan.Zero);
        Answer before = await site.GetAsync("/hello.txt");
        site.Write("hello.txt", "something else"u8);
        Answer after = await site.GetAsync("/hello.txt");
        after.Text.ShouldBe("something else");
        after["ETag"].ShouldNotBe(before["ETag"]);
    }

    [Fact]
    public async Task Every_path_of_the_bytes_gives_the_same_answers()
    {
        // Kernel TLS comes with its connection; this server speaks plain HTTP.
        foreach (Transfer.TransferPath path in Enum.GetValues<Transfer.TransferPath>().Except([Transfer.TransferPath.KernelTls]))
        {
            await using Site site = new(options => options.Transfer.Path = path);
            using Talk talk = await site.ConnectAsync();
            foreach (string name in new[] { "large.bin", "hello.txt", "large.bin" })
            {
                await talk.SayAsync($"GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n");
                (await talk.HearAsync()).Body.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(site.Root, name))).ShouldBeTrue($"{path} {name}");
            }
        }
    }
}
