using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Brokers;

/// <summary>A broker that was started for a run and ends with it.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private const int OutputCharsMax = 4000;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly StringBuilder _output;

    private BrokerProcess(Process process, IPEndPoint endpoint, TimeSpan startTime, StringBuilder output)
    {
        _process = process;
        _output = output;
        Endpoint = endpoint;
        StartTime = startTime;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>From just before the process was made to its first answer.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a broker and waits until it has answered an ApiVersions request.</summary>
    /// <param name="options">Which, and with which settings.</param>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <exception cref="UsageException">It ended, or did not answer in a minute; the message holds what it wrote.</exception>
    public static BrokerProcess Start(LoadOptions options, string dataDirectory)
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        ProcessStartInfo start = BrokerCommand.Create(options, endpoint.Port, dataDirectory);
        var output = new StringBuilder();
        var ping = PingPattern.ApiVersions();
        long startTimestamp = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!TryExchange(endpoint, ping))
        {
            bool hasEnded = process.HasExited;
            if (!hasEnded && Stopwatch.GetElapsedTime(startTimestamp) < StartMax)
            {
                Thread.Sleep(TimeSpan.FromMicroseconds(200));
                continue;
            }

            process.Kill();
            process.WaitForExit();
            lock (output)
            {
                throw new UsageException($"the broker {(hasEnded ? "ended at once" : "did not answer within a minute")}: {start.FileName} {string.Join(' ', start.ArgumentList)}\n{output}");
            }
        }

        return new BrokerProcess(process, endpoint, Stopwatch.GetElapsedTime(startTimestamp), output);
    }

    /// <summary>Ends the broker with SIGTERM; if that takes too long, by force.</summary>
    public void Dispose()
    {
        _ = LibC.kill(_process.Id, LibC.SIGTERM);
        if (!_process.WaitForExit(StopMax))
        {
            Console.Error.WriteLine($"the broker did not stop within {StopMax.TotalSeconds} s and was killed\n{_output}");
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static bool TryExchange(IPEndPoint endpoint, PingPattern ping)
    {
        try
        {
            using WireSocket socket = WireSocket.Connect(endpoint);
            ping.Send(socket);
            ping.Receive(socket);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // Not there yet.
            return false;
        }
    }

    // Below the range from which the kernel takes ports for outgoing connections: none of those gets in before the broker has started.
    private static int FreePort()
    {
        const int lowest = 20_000;
        const int highest = 32_000;
        for (int attempt = 0; ; attempt++)
        {
            int port = Random.Shared.Next(lowest, highest);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < 100)
            {
                // Another program has it: try the next one.
            }
        }
    }

    private static void Keep(StringBuilder output, string? line)
    {
        lock (output)
        {
            if (line is not null && output.Length < OutputCharsMax) output.AppendLine(line);
        }
    }
}
