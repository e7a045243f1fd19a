using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Interop;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Http;

/// <summary>One server under test, with a port of its own; ends when disposed.</summary>
internal sealed class HttpServerProcess : IAsyncDisposable
{
    private const int PortMin = 19600;
    private const int PortMax = 19699;
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan s_startPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_startTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(5);

    private static int s_portsTakenCount;

    private readonly LabProcess _process;

    private HttpServerProcess(HttpServerKind kind, LabProcess process, int port)
    {
        Kind = kind;
        _process = process;
        Port = port;
    }

    /// <summary>Which server it is.</summary>
    internal HttpServerKind Kind { get; }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    internal int Port { get; }

    /// <summary>Why a server cannot be run here; null = it can.</summary>
    internal static string? WhyNotOffered(HttpServerKind kind) => kind switch
    {
        HttpServerKind.NginxSendfile or HttpServerKind.NginxCached or HttpServerKind.NginxCopy => Programs.Find("nginx") is null ? "nginx is not installed (Debian: nginx-light)" : null,
        HttpServerKind.Kestrel => Directory.Exists(Path.Combine(DotnetFolder(), "shared", "Microsoft.AspNetCore.App")) ? null : "the runtime of ASP.NET Core is not installed",
        _ => null,
    };

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="root">The folder that it serves.</param>
    /// <param name="workFolder">For configuration and logs.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LabException">It did not start.</exception>
    internal static async Task<HttpServerProcess> StartAsync(
        HttpServerKind kind, string root, string workFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        int port = FreePort();
        string portText = port.ToString(CultureInfo.InvariantCulture);
        LabProcess process = kind switch
        {
            HttpServerKind.Sluice => LabProcess.Start(Dotnet(), Beside("sluice-fileserver.dll"), "--root", root, "--port", portText),
            HttpServerKind.Kestrel => LabProcess.Start(Dotnet(), Beside("sluice-lab-kestrel.dll"), root, portText),
            _ => StartNginx(kind, root, workFolder, port),
        };
        var server = new HttpServerProcess(kind, process, port);
        try
        {
            await server.WaitUntilReadyAsync(time, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Processor time that the server and its workers have used so far, in seconds; the kernel counts in hundredths.</summary>
    internal double CpuSeconds() => CpuTicks(_process.Id) / TicksPerSecond;

    public async ValueTask DisposeAsync()
    {
        // Asked first, so that a master process can end its workers and wait for them.
        if (!_process.HasExited && LibC.kill(_process.Id, LibC.SIGTERM) == 0)
        {
            using var due = new CancellationTokenSource(s_stopTime);
            try
            {
                await _process.DescribeEndAsync(due.Token);
            }
            catch (OperationCanceledException)
            {
                // It does not listen; disposing ends it.
            }
        }

        await _process.DisposeAsync();
    }

    private static LabProcess StartNginx(HttpServerKind kind, string root, string workFolder, int port)
    {
        string folder = Directory.CreateDirectory(Path.Combine(workFolder, HttpServerNames.Of(kind))).FullName;
        string configuration = Path.Combine(folder, "nginx.conf");
        string sendfile = kind switch
        {
            HttpServerKind.NginxSendfile => "sendfile on; tcp_nopush on;",
            HttpServerKind.NginxCached => "sendfile on; tcp_nopush on; open_file_cache max=1024; open_file_cache_valid 1s;",
            _ => "sendfile off;",
        };

        // Started by root it would serve as somebody who cannot read a folder for temporary files.
        string user = Environment.IsPrivilegedProcess ? "user root;" : "";
        File.WriteAllText(configuration, $$"""
            daemon off;
            {{user}}
            worker_processes {{Environment.ProcessorCount}};
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              {{sendfile}}
              keepalive_requests 1000000000;
              default_type application/octet-stream;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              server { listen 127.0.0.1:{{port}}; root {{root}}; }
            }
            """);
        return LabProcess.Start(Programs.Find("nginx")!, "-p", folder, "-c", configuration, "-e", Path.Combine(folder, "error.log"));
    }

    private async Task WaitUntilReadyAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), cancellationToken);

                // Another program may have the port, and this one have ended because of it.
                if (!_process.HasExited) return;
                throw new LabException($"{HttpServerNames.Of(Kind)} {await _process.DescribeEndAsync(cancellationToken)}");
            }
            catch (SocketException) when (!_process.HasExited && time.GetElapsedTime(started) < s_startTime)
            {
                await Task.Delay(s_startPause, time, cancellationToken);
            }
            catch (SocketException)
            {
                string end = _process.HasExited ? await _process.DescribeEndAsync(cancellationToken) : "does not answer";
                throw new LabException($"{HttpServerNames.Of(Kind)} {end}");
            }
        }
    }

    // Between this look and the server's own bind somebody else may look too: so nobody begins where another one does.
    private static int FreePort()
    {
        const int PortsCount = PortMax - PortMin + 1;
        for (int attempt = 0; attempt < PortsCount; attempt++)
        {
            int port = PortMin + (int)((uint)(Environment.ProcessId + Interlocked.Increment(ref s_portsTakenCount)) % PortsCount);
            try
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else's; the next one may be free.
                continue;
            }
        }

        throw new LabException($"every port from {PortMin} to {PortMax} is taken");
    }

    private static long CpuTicks(int processId)
    {
        // proc(5): the name in brackets may hold spaces; behind it utime and stime are the 12th and 13th field.
        string stat = File.ReadAllText($"/proc/{processId}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        string children = File.ReadAllText($"/proc/{processId}/task/{processId}/children");
        return ticks + children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(child => CpuTicks(int.Parse(child, CultureInfo.InvariantCulture)));
    }

    private static string Beside(string file) => Path.Combine(Path.GetDirectoryName(typeof(HttpServerProcess).Assembly.Location)!, file);

    private static string DotnetFolder() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private static string Dotnet() => Path.Combine(DotnetFolder(), "dotnet");
}
