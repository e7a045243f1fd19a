using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sluice.Lab.Interop;
using Sluice.Lab.Measuring;

namespace Sluice.Lab.Processes;

/// <summary>The receiving side of a run: accepts, takes everything until the sender is done, and answers how much it was.</summary>
/// <remarks>Says <c>port N</c> when it listens, and a <see cref="ReceiverReport"/> at its end. A thread per connection.</remarks>
internal static class ReceiverProgram
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Runs it.</summary>
    /// <returns>0; 1 where a connection failed.</returns>
    internal static async Task<int> RunAsync(ReceivePlan plan, TextWriter output)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (plan.LowWaterBytes > 0) SetLowWater(listener, plan.LowWaterBytes);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(plan.Connections);
        output.WriteLine($"port {((IPEndPoint)listener.LocalEndPoint!).Port}");
        output.Flush();
        List<Task<Received>> running = [];
        ProcessUsage before = ProcessUsage.Now();
        for (int i = 0; i < plan.Connections; i++)
        {
            Socket socket = listener.Accept();
            running.Add(Task.Factory.StartNew(() => Receive(socket, plan), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }

        Received[] received = await Task.WhenAll(running);
        var report = new ReceiverReport
        {
            Bytes = received.Sum(connection => connection.Bytes),
            CpuSeconds = ProcessUsage.Now().Since(before).CpuSeconds,
            Hashes = [.. received.Select(connection => connection.Hash).OfType<string>()],
            Failure = received.Select(connection => connection.Failure).FirstOrDefault(failure => failure is not null),
        };
        output.WriteLine(ChildJson.Write(report));
        output.Flush();
        return report.Failure is null ? 0 : 1;
    }

    private static unsafe void SetLowWater(Socket listener, int bytes)
    {
        // Accepted sockets inherit it.
        if (LibC.setsockopt((int)listener.SafeHandle.DangerousGetHandle(), LibC.SOL_SOCKET, LibC.SO_RCVLOWAT, &bytes, sizeof(int)) != 0)
        {
            throw new IOException($"setsockopt(SO_RCVLOWAT): {LibC.LastErrorMessage()}");
        }
    }

    private static Received Receive(Socket socket, ReceivePlan plan)
    {
        using (socket)
        using (IncrementalHash? hash = plan.Mode == ReceiverMode.Verify ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null)
        {
            long bytes = 0;
            try
            {
                bytes = plan.IsEncrypted ? TlsEnds.Receive(socket, hash) : ReceivePlain(socket, plan.Mode, hash);
            }
            catch (Exception exception) when (exception is IOException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                return new Received(bytes, null, exception.Message);
            }

            return new Received(bytes, hash is null ? null : Convert.ToHexString(hash.GetHashAndReset()), null);
        }
    }

    private static unsafe long ReceivePlain(Socket socket, ReceiverMode mode, IncrementalHash? hash)
    {
        int fd = (int)socket.SafeHandle.DangerousGetHandle();
        int flags = mode == ReceiverMode.Discard ? LibC.MSG_TRUNC : 0;
        byte* buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        try
        {
            long total = 0;
            while (true)
            {
                nint received = LibC.recv(fd, buffer, BufferBytes, flags);
                if (received == 0) break;
                if (received < 0)
                {
                    if (Marshal.GetLastPInvokeError() == Errno.EINTR) continue;
                    throw new IOException($"recv: {LibC.LastErrorMessage()}");
                }

                hash?.AppendData(new ReadOnlySpan<byte>(buffer, (int)received));
                total += received;
            }

            Span<byte> answer = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(answer, total);
            socket.Send(answer);
            return total;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private sealed record Received(long Bytes, string? Hash, string? Failure);
}
