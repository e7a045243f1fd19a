using System.Net;
using System.Net.Sockets;
using Sluice.Samples.FileServer.Server;

namespace Sluice.FileServer.Tests;

/// <summary>A server over a folder of its own, with a few files in it, and one outside that nobody may see.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-files-");

    public Site(Action<FileServerOptions>? configure = null)
    {
        Root = Directory.CreateDirectory(Path.Combine(_folder.FullName, "root")).FullName;
        File.WriteAllText(Path.Combine(_folder.FullName, "secret.txt"), "secret");
        Large = new byte[3_000_001];
        new Random(5).NextBytes(Large);
        Write("hello.txt", "hello, world"u8);
        Write("empty.bin", []);
        Write("large.bin", Large);
        Write("with space & ü.html", "<p>"u8);
        Directory.CreateDirectory(Path.Combine(Root, "folder"));
        Write("folder/index.html", "<h1>index</h1>"u8);
        Directory.CreateDirectory(Path.Combine(Root, "bare"));
        FileServerOptions options = new() { Root = Root };
        configure?.Invoke(options);
        Server = new HttpFileServer(options);
    }

    public string Root { get; }

    /// <summary>What <c>large.bin</c> holds.</summary>
    public byte[] Large { get; }

    public HttpFileServer Server { get; }

    public string Url => $"http://127.0.0.1:{Server.Address.Port}";

    /// <summary>The file outside the root.</summary>
    public string Secret => Path.Combine(_folder.FullName, "secret.txt");

    public void Write(string name, ReadOnlySpan<byte> bytes) => File.WriteAllBytes(Path.Combine(Root, name), bytes);

    public async Task<Talk> ConnectAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Server.Address.Port));
        return new Talk(socket);
    }

    /// <summary>One request on a connection of its own.</summary>
    public async Task<Answer> AskAsync(string request)
    {
        using Talk talk = await ConnectAsync();
        await talk.SayAsync(request);
        return await talk.HearAsync(isHead: request.StartsWith("HEAD", StringComparison.Ordinal));
    }

    public Task<Answer> GetAsync(string target, params string[] fields) =>
        AskAsync($"GET {target} HTTP/1.1\r\nHost: x\r\n{string.Concat(fields.Select(field => field + "\r\n"))}\r\n");

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
