using System.Runtime.InteropServices;

namespace Sluice.Lab.Interop;

/// <summary>Reads what a socket says about sends with MSG_ZEROCOPY: which of them the kernel is done with.</summary>
/// <remarks>
/// Linux Documentation/networking/msg_zerocopy.rst: each successful send has a number, counted from 0; the error queue holds ranges of
/// numbers, and whether the kernel copied after all.
/// </remarks>
internal sealed unsafe class ZeroCopyCompletions(int socketFd)
{
    private const int ControlBytes = 128;
    private const int ControlHeaderBytes = 16;
    private const byte SO_EE_ORIGIN_ZEROCOPY = 5;
    private const byte SO_EE_CODE_ZEROCOPY_COPIED = 1;
    private const int WaitMs = 1000;

    /// <summary>Sends that the kernel is done with.</summary>
    internal long CompletedCount { get; private set; }

    /// <summary>Those of them whose bytes the kernel copied.</summary>
    internal long CopiedCount { get; private set; }

    /// <summary>System calls made here.</summary>
    internal long CallsCount { get; private set; }

    /// <summary>Takes what is there; waits for something, if asked, for up to a second.</summary>
    /// <returns>False if nothing was there.</returns>
    /// <exception cref="IOException">The queue cannot be read.</exception>
    internal bool Take(bool wait)
    {
        if (wait)
        {
            // The error queue makes itself known by POLLERR, which is not asked for.
            var descriptor = new PollDescriptor { Descriptor = socketFd };
            _ = LibC.poll(&descriptor, 1, WaitMs);
            CallsCount++;
        }

        bool any = false;
        byte* control = stackalloc byte[ControlBytes];
        while (true)
        {
            var message = new MessageHeader { Control = control, ControlLength = ControlBytes };
            nint result = LibC.recvmsg(socketFd, &message, LibC.MSG_ERRQUEUE | LibC.MSG_DONTWAIT);
            CallsCount++;
            if (result < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EAGAIN) return any;
                throw new IOException($"recvmsg(MSG_ERRQUEUE): {Marshal.GetPInvokeErrorMessage(errno)}");
            }

            if (message.ControlLength < ControlHeaderBytes + (nuint)sizeof(ExtendedError)) continue;
            ExtendedError* error = (ExtendedError*)(control + ControlHeaderBytes);
            if (error->Origin != SO_EE_ORIGIN_ZEROCOPY) continue;
            long count = (long)error->Data - error->Info + 1;
            CompletedCount += count;
            if ((error->Code & SO_EE_CODE_ZEROCOPY_COPIED) != 0) CopiedCount += count;
            any = true;
        }
    }

    /// <summary>struct sock_extended_err. linux/errqueue.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedError
    {
        public uint Errno;
        public byte Origin;
        public byte Type;
        public byte Code;
        public byte Padding;
        public uint Info;
        public uint Data;
    }
}
