using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sluice.Samples.FileServer.Server;
using Sluice.Transfer;

const string Usage = """
    sluice-fileserver [options]
      --root FOLDER       what to serve; default: the current folder
      --address ADDRESS   where to listen; default: 127.0.0.1
      --port PORT         0 lets the system choose; default: 8080
      --path PATH         auto, sendfile, copy or portable; default: auto
    """;

// Lets the thread that hears of a socket's data also answer it. Read by the runtime at the first socket; safe here because this server does
// nothing on that thread that waits.
const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
Environment.SetEnvironmentVariable(Inline, Environment.GetEnvironmentVariable(Inline) ?? "1");

string root = ".";
IPAddress address = IPAddress.Loopback;
int port = 8080;
TransferPath path = TransferPath.Auto;
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    bool isUnderstood = args[i] switch
    {
        "--root" => (root = value).Length > 0,
        "--address" => IPAddress.TryParse(value, out address!),
        "--port" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort,
        "--path" => Enum.TryParse(value, ignoreCase: true, out path) && Enum.IsDefined(path) && !char.IsAsciiDigit(value[0]),
        _ => false,
    };
    if (!isUnderstood)
    {
        bool wantsHelp = args[i] is "--help" or "-h";
        (wantsHelp ? Console.Out : Console.Error).WriteLine(wantsHelp ? Usage : $"sluice-fileserver: {args[i]} {value}: not understood\n{Usage}");
        return wantsHelp ? 0 : 2;
    }
}

HttpFileServer server;
try
{
    FileServerOptions options = new() { Root = root, EndPoint = new IPEndPoint(address, port) };
    options.Transfer.Path = path;
    options.Transfer.ContinueInline = true;
    server = new HttpFileServer(options);
}
catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"sluice-fileserver: {e.Message}");
    return 1;
}

TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}

await using (server)
using (PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal))
using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal))
{
    Console.WriteLine($"listening on http://{server.Address}/");
    await stop.Task;
    await server.StopAsync(TimeSpan.FromSeconds(5));
    TransferCounters sent = server.Metrics.Read();
    Console.WriteLine($"sent {sent.SendFileBytes:N0} bytes by sendfile, {sent.CopyBytes:N0} copied, {sent.MemoryBytes:N0} of heads");
}

return 0;
