using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Receiving;

/// <summary>Runs one way in: a process that receives, this one that sends, and a look at the file afterwards.</summary>
internal sealed class IntakeRunner
{
    private const int BlockBytes = 1 << 20;
    private const string PortPrefix = "port ";

    private readonly byte[] _block = new byte[BlockBytes];

    internal IntakeRunner() => new Random(1).NextBytes(_block);

    /// <summary>Runs one plan; its file is gone afterwards.</summary>
    /// <exception cref="LabException">It failed, or the file is not what was sent.</exception>
    internal async Task<IntakeReport> RunAsync(IntakePlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await using LabProcess receiver = LabProcess.StartSelf(ChildPrograms.IntakeArgument, ChildJson.Write(plan));
            string line = await ReadLineAsync(receiver, plan, cancellationToken);
            if (line.StartsWith(PortPrefix, StringComparison.Ordinal))
            {
                int port = int.Parse(line.AsSpan(PortPrefix.Length), CultureInfo.InvariantCulture);
                await SendAsync(plan, port, cancellationToken);
                line = await ReadLineAsync(receiver, plan, cancellationToken);
            }

            IntakeReport report = ChildJson.Read<IntakeReport>(line);
            if (report.Failure is not null) throw new LabException($"{plan.Mechanism}: {report.Failure}");
            if (report.NotOffered is null) Check(plan, report, cancellationToken);
            return report;
        }
        finally
        {
            File.Delete(plan.FilePath);
        }
    }

    private static async Task<string> ReadLineAsync(LabProcess receiver, IntakePlan plan, CancellationToken cancellationToken) =>
        await receiver.ReadLineAsync(cancellationToken) ?? throw new LabException($"{plan.Mechanism}: the receiver {await receiver.DescribeEndAsync(cancellationToken)}");

    private async Task SendAsync(IntakePlan plan, int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            await socket.SendAsync(new byte[1], cancellationToken);
            for (long sentBytes = 0; sentBytes < plan.LengthBytes;)
            {
                int start = (int)(sentBytes % BlockBytes);
                int length = (int)Math.Min(BlockBytes - start, plan.LengthBytes - sentBytes);
                sentBytes += await socket.SendAsync(_block.AsMemory(start, length), cancellationToken);
            }
        }
        catch (SocketException)
        {
            // The receiver has failed; what it says next tells why, and this would not.
        }
    }

    /// <summary>Compares the file with what was sent: a way in that loses bytes is not fast but wrong.</summary>
    private void Check(IntakePlan plan, IntakeReport report, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = File.OpenHandle(plan.FilePath);
        if (RandomAccess.GetLength(file) != plan.LengthBytes) throw new LabException($"{plan.Mechanism}: the file has not the length that was sent");
        byte[] buffer = new byte[BlockBytes];
        uint crc = Crc32C.Start;
        for (long positionBytes = 0; positionBytes < plan.LengthBytes; positionBytes += BlockBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = (int)Math.Min(BlockBytes, plan.LengthBytes - positionBytes);
            int read = RandomAccess.Read(file, buffer.AsSpan(0, length), positionBytes);
            if (!buffer.AsSpan(0, read).SequenceEqual(_block.AsSpan(0, length))) throw new LabException($"{plan.Mechanism}: the file differs from what was sent, behind byte {positionBytes}");
            crc = Crc32C.Append(crc, buffer.AsSpan(0, length));
        }

        if (report.Crc is { } computed && computed != ~crc) throw new LabException($"{plan.Mechanism}: the receiver computed another CRC-32C than the file has");
    }
}
