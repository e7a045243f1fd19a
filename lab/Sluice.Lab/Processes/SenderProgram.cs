using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Lab.Interop;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;

namespace Sluice.Lab.Processes;

/// <summary>The sending side of a run, in a process of its own so that its processor time is the mechanism's.</summary>
/// <remarks>
/// Connects, sends a little on a connection of its own so that all code is compiled and the file is open once, says <c>ready</c>,
/// waits for a line, runs, and says a <see cref="SenderReport"/>.
/// </remarks>
internal static class SenderProgram
{
    // More than the buffers of both sockets hold, so that waiting for a full one is compiled as well.
    private const long WarmUpBytesMax = 32 << 20;

    /// <summary>Connections beside those of the plan: one to warm up on.</summary>
    internal const int ExtraConnections = 1;

    /// <summary>Runs it.</summary>
    /// <param name="sendPlan">What to send and where to.</param>
    /// <param name="input">Gives one line when the run may begin; its end gives up.</param>
    /// <param name="output">Gets the lines.</param>
    /// <returns>0; 1 where the run failed, and the report says why.</returns>
    internal static async Task<int> RunAsync(SendPlan sendPlan, TextReader input, TextWriter output)
    {
        SenderReport report;
        try
        {
            report = await RunAsync(sendPlan, async () =>
            {
                await output.WriteLineAsync("ready");
                await output.FlushAsync();
                return await input.ReadLineAsync() is not null;
            });
        }
        catch (IOException exception) when (exception.InnerException is SocketException reason)
        {
            report = new SenderReport { Failure = Explain(reason) };
        }
        catch (Exception exception) when (exception is SendFailedException or IOException or UnauthorizedAccessException)
        {
            report = new SenderReport { Failure = exception.Message };
        }
        catch (SocketException exception)
        {
            report = new SenderReport { Failure = Explain(exception) };
        }

        await output.WriteLineAsync(ChildJson.Write(report));
        await output.FlushAsync();
        return report.Failure is null ? 0 : 1;
    }

    private static string Explain(SocketException exception) =>
        exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionRefused or SocketError.TimedOut
            ? SendConnection.ReceiverGone().Message
            : exception.Message;

    private static async Task<SenderReport> RunAsync(SendPlan sendPlan, Func<Task<bool>> waitForStart)
    {
        TransferPlan plan = sendPlan.Plan;
        var mechanism = (ISendMechanism)MechanismCatalog.Find(plan.Mechanism);
        TransferPlan warmUp = plan with
        {
            TransferBytes = Math.Min(plan.TransferBytes, WarmUpBytesMax),
            TransfersPerConnection = (int)Math.Min(plan.TransfersPerConnection, Math.Max(1, WarmUpBytesMax / plan.TransferBytes)),
            Connections = 1,
        };
        using (SendConnection connection = Connect(warmUp, 0, sendPlan.Port))
        {
            await mechanism.PrepareAsync(connection);
            // Measured as the run is, and forgotten: what measures is compiled by now as well.
            _ = await MeasureAsync(mechanism, [connection]);
        }

        List<SendConnection> connections = [];
        try
        {
            for (int index = 0; index < plan.Connections; index++) connections.Add(Connect(plan, index, sendPlan.Port));
            foreach (SendConnection connection in connections) await mechanism.PrepareAsync(connection);
            if (!await waitForStart()) throw new SendFailedException("interrupted");
            return await MeasureAsync(mechanism, connections);
        }
        finally
        {
            foreach (SendConnection connection in connections) connection.Dispose();
        }
    }

    private static async Task<SenderReport> MeasureAsync(ISendMechanism mechanism, List<SendConnection> connections)
    {
        ProcessUsage before = ProcessUsage.Now();
        long beginTimestamp = Stopwatch.GetTimestamp();
        await Task.WhenAll(connections.Select(mechanism.SendAsync));
        long bytes = connections.Sum(Finish);
        double wallSeconds = Stopwatch.GetElapsedTime(beginTimestamp).TotalSeconds;
        ProcessUsage used = ProcessUsage.Now().Since(before);

        var chunkTimes = new TimeHistogram();
        foreach (SendConnection connection in connections) chunkTimes.Add(connection.ChunkTimes);
        return new SenderReport
        {
            Bytes = bytes,
            WallSeconds = wallSeconds,
            UserSeconds = used.UserSeconds,
            SystemSeconds = used.SystemSeconds,
            SystemCalls = connections.Any(connection => connection.SystemCalls is null) ? null : connections.Sum(connection => connection.SystemCalls),
            VoluntarySwitches = used.VoluntarySwitches,
            InvoluntarySwitches = used.InvoluntarySwitches,
            MinorFaults = used.MinorFaults,
            MajorFaults = used.MajorFaults,
            ChunkP50Us = chunkTimes.Microseconds(0.5),
            ChunkP99Us = chunkTimes.Microseconds(0.99),
            ChunkMaxUs = chunkTimes.Microseconds(1),
            Remark = connections.Select(connection => connection.Remark).FirstOrDefault(remark => remark is not null),
        };
    }

    private static SendConnection Connect(TransferPlan plan, int index, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = plan.NoDelay };
        try
        {
            if (plan.SendBufferBytes > 0) socket.SendBufferSize = plan.SendBufferBytes;
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return new SendConnection(plan, index, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends the sending side, and waits until the receiver says how much it got.</summary>
    private static long Finish(SendConnection connection)
    {
        connection.Socket.Shutdown(SocketShutdown.Send);
        Span<byte> answer = stackalloc byte[sizeof(long)];
        for (int filled = 0; filled < answer.Length;)
        {
            // A mechanism may have made the socket non-blocking; .NET waits either way.
            int received = connection.Socket.Receive(answer[filled..]);
            if (received == 0) throw SendConnection.ReceiverGone();
            filled += received;
        }

        long bytes = BinaryPrimitives.ReadInt64LittleEndian(answer);
        if (bytes != connection.Plan.BytesPerConnection && RandomAccess.GetLength(connection.File) < connection.Plan.FileBytes) throw connection.ShortFile();
        return bytes == connection.Plan.BytesPerConnection
            ? bytes
            : throw new SendFailedException($"the receiver got {bytes} bytes instead of {connection.Plan.BytesPerConnection}");
    }
}
