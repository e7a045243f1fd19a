using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sluice.Samples.FileServer.Server;

namespace Sluice.FileServer.Tests;

/// <summary>How a connection lives: many requests, broken ones, late ones.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Requests_sent_without_waiting_are_answered_in_their_order()
    {
        await using Site site = new();
        using Talk talk = await site.ConnectAsync();
        string[] names = [.. Enumerable.Range(0, 300).Select(i => i % 7 == 0 ? "large.bin" : i % 3 == 0 ? "nothing" : i % 2 == 0 ? "empty.bin" : "hello.txt")];
        Task said = talk.SayAsync(string.Concat(names.Select(name => $"GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n")));
        foreach (string name in names)
        {
            Answer answer = await talk.HearAsync();
            answer.Status.ShouldBe(name == "nothing" ? 404 : 200);
            if (answer.Status == 200) answer.Body.Length.ShouldBe((int)new FileInfo(Path.Combine(site.Root, name)).Length);
        }

        await said;
    }

    [Fact]
    public async Task A_request_may_arrive_byte_by_byte()
    {
        await using Site site = new();
        using Talk talk = await site.ConnectAsync();
        foreach (char c in "\r\nGET /hello.txt HTTP/1.1\r\nHost:x\r\n\r\nGET /empty.bin HTTP/1.1\r\nHost: x\r\n\r\n") await talk.SayAsync(c.ToString());
        (await talk.HearAsync()).Text.ShouldBe("hello, world");
        (await talk.HearAsync()).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", true)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nConnection: x , CLOSE\r\n\r\n", true)]
    [InlineData("GET /hello.txt HTTP/1.0\r\n\r\n", true)]
    [InlineData("GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false)]
    [InlineData("GET http://x/hello.txt HTTP/1.1\r\nHost: x\r\n\r\n", false)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", false)]
    public async Task A_connection_lasts_as_long_as_the_client_asks(string request, bool closes)
    {
        await using Site site = new();
        using Talk talk = await site.ConnectAsync();
        await talk.SayAsync(request);
        Answer answer = await talk.HearAsync();
        answer.Text.ShouldBe("hello, world");
        answer["Connection"].ShouldBe(closes ? "close" : request.Contains("1.0", StringComparison.Ordinal) ? "keep-alive" : null);
        if (closes)
        {
            (await talk.IsClosedAsync()).ShouldBeTrue();
        }
        else
        {
            await talk.SayAsync(request);
            (await talk.HearAsync()).Status.ShouldBe(200);
        }
    }

    [Theory]
    [InlineData("POST /hello.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab", 405)]
    [InlineData("DELETE /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    public async Task A_request_that_is_understood_and_refused_leaves_the_connection_open(string request, int status)
    {
        await using Site site = new();
        using Talk talk = await site.ConnectAsync();
        await talk.SayAsync(request);
        Answer answer = await talk.HearAsync();
        answer.Status.ShouldBe(status);
        if (status == 405) answer["Allow"].ShouldBe("GET, HEAD");
        await talk.SayAsync("GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        (await talk.HearAsync()).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("BREW /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n", 501)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 501)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", 413)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\n\r\n", 417)]
    [InlineData("GET /hello.txt HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost : x\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\nHost: x\n\n", 400)]
    [InlineData("GET /hello.txt HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400)]
    [InlineData("GET /hello.txt HTTP/2.0\r\nHost: x\r\n\r\n", 505)]
    [InlineData("GET /hello.txt\r\n\r\n", 400)]
    [InlineData("GET  HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET hello.txt HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", 400)]
    [InlineData("\r\n\r\n\r\nx\r\n\r\n", 400)]
    public async Task A_request_that_is_not_understood_is_answered_and_ends_the_connection(string request, int status)
    {
        await using Site site = new();
        using Talk talk = await site.ConnectAsync();
        await talk.SayAsync(request);
        Answer answer = await talk.HearAsync();
        answer.Status.ShouldBe(status);
        answer["Connection"].ShouldBe("close");
        (await talk.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_head_that_is_too_long_is_refused_and_the_refusal_arrives()
    {
        await using Site site = new();
        using Talk talk = await site.ConnectAsync();
        await talk.SayAsync("GET / HTTP/1.1\r\nHost: x\r\nA: " + new string('a', 100_000) + "\r\n\r\n");
        (await talk.HearAsync()).Status.ShouldBe(431);
        using Talk other = await site.ConnectAsync();
        await other.SayAsync("GET /" + new string('a', 100_000));
        (await other.HearAsync()).Status.ShouldBe(414);
    }

    [Fact]
    public async Task A_request_that_does_not_come_to_its_end_is_given_up_and_so_is_a_silent_connection()
    {
        FakeTimeProvider time = new();
        await using Site site = new(options => options.Time = time);
        using Talk slow = await site.ConnectAsync();
        using Talk silent = await site.ConnectAsync();
        await silent.SayAsync("GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        (await silent.HearAsync()).Status.ShouldBe(200);
        await slow.SayAsync("GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\nGET /he");
        (await slow.HearAsync()).Status.ShouldBe(200);

        Task<Answer> heard = slow.HearAsync();
        while (!heard.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await heard).Status.ShouldBe(408);
        Task<bool> closed = silent.IsClosedAsync();
        while (!closed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await closed).ShouldBeTrue();
    }

    [Fact]
    public async Task Stopping_lets_an_answer_finish_and_closes_the_rest()
    {
        await using Site site = new();
        using Talk idle = await site.ConnectAsync();
        await idle.SayAsync("GET /hello.txt HTTP/1.1\r\nHost: x\r\n\r\n");
        await idle.HearAsync();
        await site.Server.StopAsync(TimeSpan.FromSeconds(20));
        (await idle.IsClosedAsync()).ShouldBeTrue();
        await Should.ThrowAsync<SocketException>(site.ConnectAsync());
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_leaves_no_file_open()
    {
        await using Site site = new();
        for (int i = 0; i < 20; i++)
        {
            using Talk talk = await site.ConnectAsync();
            await talk.SayAsync(string.Concat(Enumerable.Repeat("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n", 5)));
        }

        (await site.GetAsync("/hello.txt")).Status.ShouldBe(200);
        await site.Server.StopAsync(TimeSpan.FromSeconds(20));
        await site.Server.DisposeAsync();
        if (OperatingSystem.IsLinux())
            new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().ShouldAllBe(fd => fd.LinkTarget == null || !fd.LinkTarget.StartsWith(site.Root));
    }

    [Fact]
    public async Task Random_bytes_never_break_the_server()
    {
        await using Site site = new(static options => options.HeadBytesMax = 512);
        int seed = Environment.ProcessId;
        Random random = new(seed);
        string whole = "GET /hello.txt HTTP/1.1\r\nHost: x\r\nRange: bytes=0-3\r\nIf-None-Match: \"a\", W/\"b\"\r\nContent-Length: 0\r\n\r\n";
        for (int round = 0; round < 150; round++)
        {
            StringBuilder text = new(whole);
            for (int i = random.Next(1, 4); i > 0; i--) text[random.Next(text.Length)] = (char)random.Next(256);
            using Talk talk = await site.ConnectAsync();
            await talk.SayAsync(text + whole);
            Answer answer = await talk.HearAsync(isHead: text.ToString().StartsWith("HEAD", StringComparison.Ordinal));
            answer.Status.ShouldBeOneOf([200, 206, 301, 304, 400, 403, 404, 413, 416, 417, 431, 501, 505], $"seed {seed}, round {round}: {text}");
        }

        (await site.GetAsync("/hello.txt")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(255)]
    [InlineData((1 << 20) + 1)]
    public void A_limit_out_of_range_is_refused(int headBytesMax) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new FileServerOptions { Root = ".", HeadBytesMax = headBytesMax });

    [Fact]
    public void A_root_that_is_not_there_is_said_so() =>
        Should.Throw<DirectoryNotFoundException>(() => new HttpFileServer(new FileServerOptions { Root = "/nowhere/at/all" }));
}
