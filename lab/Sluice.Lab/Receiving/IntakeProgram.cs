using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.Interop;
using Sluice.Lab.Measuring;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Receiving;

/// <summary>The receiving side of a run, in a process of its own so that its processor time is the mechanism's.</summary>
/// <remarks>Prepares the file, says <c>port N</c>, takes everything from one connection, and says an <see cref="IntakeReport"/>.</remarks>
internal static class IntakeProgram
{
    /// <returns>0; 1 where the run failed, and the report says why.</returns>
    internal static int Run(IntakePlan plan, TextWriter output)
    {
        IntakeReport report;
        try
        {
            report = Receive(plan, output);
        }
        catch (NotSupportedException exception)
        {
            report = new IntakeReport { NotOffered = exception.Message };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            report = new IntakeReport { Failure = exception.Message };
        }

        output.WriteLine(ChildJson.Write(report));
        output.Flush();
        return report.Failure is null ? 0 : 1;
    }

    private static unsafe IntakeReport Receive(IntakePlan plan, TextWriter output)
    {
        ProcessUsage beforePreparing = ProcessUsage.Now();
        using SafeFileHandle file = File.OpenHandle(plan.FilePath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        using Intake intake = Intake.Prepare(plan, (int)file.DangerousGetHandle());
        double prepareCpuSeconds = ProcessUsage.Now().Since(beforePreparing).CpuSeconds;

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        output.WriteLine($"port {((IPEndPoint)listener.LocalEndPoint!).Port}");
        output.Flush();
        using Socket socket = listener.Accept();
        int fd = (int)socket.SafeHandle.DangerousGetHandle();

        // The first byte is not part of the data: it starts the clock.
        byte first;
        if (LibC.recv(fd, &first, 1, LibC.MSG_WAITALL) != 1) throw new IOException("the sender went away before it began");
        ProcessUsage before = ProcessUsage.Now();
        long beginTimestamp = Stopwatch.GetTimestamp();
        uint crc = Crc32C.Start;
        long calls = 0;
        for (long positionBytes = 0; positionBytes < plan.LengthBytes;)
        {
            int lengthBytes = (int)Math.Min(plan.ChunkBytes, plan.LengthBytes - positionBytes);
            positionBytes += intake.Take(fd, positionBytes, lengthBytes, ref crc, ref calls);
        }

        double seconds = Stopwatch.GetElapsedTime(beginTimestamp).TotalSeconds;
        ProcessUsage used = ProcessUsage.Now().Since(before);
        return new IntakeReport
        {
            Seconds = seconds,
            CpuSeconds = used.CpuSeconds,
            UserSeconds = used.UserSeconds,
            PrepareCpuSeconds = prepareCpuSeconds,
            Calls = calls,
            PageFaults = used.MinorFaults + used.MajorFaults,
            ContextSwitches = used.VoluntarySwitches + used.InvoluntarySwitches,
            Crc = plan.Crc ? ~crc : null,
        };
    }
}
