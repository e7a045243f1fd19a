using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Lab.Files;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Advising;

/// <summary>Processor time of single transfers over one loopback connection, whose other end drops the bytes. One thread.</summary>
internal sealed unsafe class SendCosts : IDisposable
{
    private const int HeaderBytes = 100;
    private const int BufferBytes = 64 << 10;

    private readonly Socket _sender;
    private readonly SafeFileHandle _file;
    private readonly long _fileBytes;
    private readonly Thread _receiver;
    private byte* _buffer = (byte*)NativeMemory.AllocZeroed(HeaderBytes + BufferBytes);
    private long _positionBytes;

    internal SendCosts(TestFile file)
    {
        _fileBytes = file.LengthBytes;
        _file = File.OpenHandle(file.Path);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        _sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sender.Connect(listener.LocalEndPoint!);
        Socket receiving = listener.Accept();
        _receiver = new Thread(() => Drop(receiving)) { IsBackground = true, Name = "drops bytes" };
        _receiver.Start();
    }

    private int Descriptor => (int)_sender.SafeHandle.DangerousGetHandle();

    private int FileDescriptor => (int)_file.DangerousGetHandle();

    /// <summary>A header and a region, both from memory: the region is read behind the header first, and one send takes both.</summary>
    /// <returns>Processor seconds of this thread.</returns>
    internal double Copy(int regionBytes, int times)
    {
        double before = ThreadCpuSeconds();
        for (int i = 0; i < times; i++)
        {
            long positionBytes = Advance(regionBytes);
            int header = HeaderBytes;
            for (int doneBytes = 0; doneBytes < regionBytes;)
            {
                int lengthBytes = Math.Min(BufferBytes, regionBytes - doneBytes);
                nint read = LibC.pread(FileDescriptor, _buffer + header, (nuint)lengthBytes, positionBytes + doneBytes);
                if (read <= 0) throw Failed("pread");
                doneBytes += (int)read;
                SendAll(header + (int)read, doneBytes < regionBytes ? LibC.MSG_MORE : 0);
                header = 0;
            }
        }

        return ThreadCpuSeconds() - before;
    }

    /// <summary>A header by send, and a region by sendfile.</summary>
    /// <param name="regionBytes">Length of the region.</param>
    /// <param name="callBytes">Most bytes of one call.</param>
    /// <param name="times">How often.</param>
    /// <returns>Processor seconds of this thread.</returns>
    internal double SendFile(int regionBytes, int callBytes, int times)
    {
        double before = ThreadCpuSeconds();
        for (int i = 0; i < times; i++)
        {
            long positionBytes = Advance(regionBytes);
            SendAll(HeaderBytes, LibC.MSG_MORE);
            for (int doneBytes = 0; doneBytes < regionBytes;)
            {
                long offset = positionBytes + doneBytes;
                nint sent = LibC.sendfile(Descriptor, FileDescriptor, &offset, (nuint)Math.Min(callBytes, regionBytes - doneBytes));
                if (sent <= 0) throw Failed("sendfile");
                doneBytes += (int)sent;
            }
        }

        return ThreadCpuSeconds() - before;
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Join();
        _file.Dispose();
        NativeMemory.Free(_buffer);
        _buffer = null;
    }

    /// <summary>Walks through the file, as consumers do that read it from front to back.</summary>
    private long Advance(int regionBytes)
    {
        if (_positionBytes + regionBytes > _fileBytes) _positionBytes = 0;
        long positionBytes = _positionBytes;
        _positionBytes += regionBytes;
        return positionBytes;
    }

    private void SendAll(int lengthBytes, int flags)
    {
        for (int doneBytes = 0; doneBytes < lengthBytes;)
        {
            nint sent = LibC.send(Descriptor, _buffer + doneBytes, (nuint)(lengthBytes - doneBytes), flags | LibC.MSG_NOSIGNAL);
            if (sent < 0) throw Failed("send");
            doneBytes += (int)sent;
        }
    }

    private static IOException Failed(string call) => new($"{call}: {LibC.LastErrorMessage()}");

    // Not getrusage(2), which counts a running thread in steps of the kernel's timer.
    private static double ThreadCpuSeconds()
    {
        TimeSpec now;
        if (LibC.clock_gettime(LibC.CLOCK_THREAD_CPUTIME_ID, &now) != 0) throw Failed("clock_gettime");
        return now.Seconds + (now.Nanoseconds / 1e9);
    }

    private static void Drop(Socket socket)
    {
        using (socket)
        {
            byte unused;
            while (LibC.recv((int)socket.SafeHandle.DangerousGetHandle(), &unused, 1 << 20, LibC.MSG_TRUNC) > 0)
            {
            }
        }
    }
}
