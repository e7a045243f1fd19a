using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Lab.Interop;

/// <summary>A small ring: requests are written into shared memory, one call submits them and waits. io_uring(7).</summary>
/// <remarks>One thread. Only what the lab sends with; the layouts are those of linux/io_uring.h.</remarks>
internal sealed unsafe partial class IoUring : IDisposable
{
    internal const byte IORING_OP_READ = 22;
    internal const byte IORING_OP_SEND = 26;
    internal const byte IORING_OP_SPLICE = 30;
    internal const byte IORING_OP_SEND_ZC = 47;

    /// <summary>The next request begins when this one ended, and is cancelled if it failed or was short.</summary>
    internal const byte IOSQE_IO_LINK = 4;

    internal const uint IORING_CQE_F_MORE = 2;
    internal const uint IORING_CQE_F_NOTIF = 8;

    /// <summary>Asks for <see cref="IORING_NOTIF_USAGE_ZC_COPIED"/> in the notification of a SEND_ZC.</summary>
    internal const ushort IORING_SEND_ZC_REPORT_USAGE = 8;
    internal const uint IORING_NOTIF_USAGE_ZC_COPIED = 1u << 31;

    private const nint SYS_io_uring_setup = 425;
    private const nint SYS_io_uring_enter = 426;
    private const nint SYS_io_uring_register = 427;
    private const uint IORING_SETUP_SINGLE_ISSUER = 1 << 12;
    private const uint IORING_SETUP_DEFER_TASKRUN = 1 << 13;
    private const uint IORING_FEAT_SINGLE_MMAP = 1;
    private const uint IORING_ENTER_GETEVENTS = 1;
    private const uint IORING_REGISTER_PROBE = 8;
    private const ushort IO_URING_OP_SUPPORTED = 1;
    private const long IORING_OFF_SQ_RING = 0;
    private const long IORING_OFF_SQES = 0x10000000;
    private const int PROT_WRITE = 2;
    private const int MAP_POPULATE = 0x8000;
    private const int CompletionBytes = 16;

    private readonly int _fd;
    private readonly Parameters _parameters;
    private readonly byte* _ring;
    private readonly nuint _ringBytes;
    private readonly Request* _requests;
    private readonly nuint _requestsBytes;
    private uint _tail;
    private uint _unsubmitted;

    /// <summary>Makes a ring.</summary>
    /// <param name="entries">Requests that can wait to be submitted; a power of two.</param>
    /// <exception cref="IOException">This kernel has no rings, or does not allow them.</exception>
    internal IoUring(uint entries)
    {
        Parameters parameters = new() { Flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN };
        _fd = (int)Setup(SYS_io_uring_setup, (nint)entries, &parameters);
        if (_fd < 0)
        {
            // Older than 6.1: the same, with the work done by interrupting this thread.
            parameters = default;
            _fd = (int)Setup(SYS_io_uring_setup, (nint)entries, &parameters);
        }

        if (_fd < 0) throw new IOException($"io_uring_setup: {LibC.LastErrorMessage()}");
        _parameters = parameters;
        _ringBytes = Math.Max(
            parameters.SubmissionOffsets.Array + (parameters.SubmissionEntries * sizeof(uint)), parameters.CompletionOffsets.Completions + (parameters.CompletionEntries * CompletionBytes));
        _requestsBytes = parameters.SubmissionEntries * (nuint)sizeof(Request);
        if ((parameters.Features & IORING_FEAT_SINGLE_MMAP) == 0)
        {
            _ = LibC.close(_fd);
            throw new IOException("io_uring: the kernel is older than 5.4");
        }

        _ring = Map(_ringBytes, IORING_OFF_SQ_RING);
        _requests = (Request*)Map(_requestsBytes, IORING_OFF_SQES);
        uint* array = (uint*)(_ring + parameters.SubmissionOffsets.Array);
        for (uint i = 0; i < parameters.SubmissionEntries; i++) array[i] = i;
    }

    /// <summary>Calls of io_uring_enter(2) so far.</summary>
    internal long CallsCount { get; private set; }

    /// <summary>Why requests of a kind cannot be used here; null = they can.</summary>
    internal static string? WhyNotOffered(params byte[] operations)
    {
        try
        {
            using var ring = new IoUring(1);
            const int Operations = 256;
            byte* probe = stackalloc byte[16 + (8 * Operations)];
            Unsafe.InitBlock(probe, 0, 16 + (8 * Operations));
            if (Register(SYS_io_uring_register, ring._fd, (nint)IORING_REGISTER_PROBE, probe, Operations) < 0) return $"io_uring_register: {LibC.LastErrorMessage()}";
            foreach (byte operation in operations)
            {
                // struct io_uring_probe_op: op, resv, flags.
                if ((*(ushort*)(probe + 16 + (8 * operation) + 2) & IO_URING_OP_SUPPORTED) == 0) return $"io_uring of this kernel has no operation {operation}";
            }

            return null;
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>A cleared request at the end of those to be submitted; fill it before the next call.</summary>
    internal Request* Next()
    {
        Request* request = &_requests[_tail & (_parameters.SubmissionEntries - 1)];
        *request = default;
        _tail++;
        _unsubmitted++;
        return request;
    }

    /// <summary>Submits what was asked for and waits until so many completions are there. Interruptions are repeated.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    internal void Enter(uint wait)
    {
        Volatile.Write(ref *(uint*)(_ring + _parameters.SubmissionOffsets.Tail), _tail);
        while (true)
        {
            nint submitted = EnterRing(SYS_io_uring_enter, _fd, (nint)_unsubmitted, (nint)wait, (nint)IORING_ENTER_GETEVENTS, 0, 0);
            CallsCount++;
            if (submitted >= 0)
            {
                _unsubmitted -= (uint)submitted;
                return;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR) throw new IOException($"io_uring_enter: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
    }

    /// <summary>Takes one completion if there is one.</summary>
    internal bool TryTake(out Completion completion)
    {
        uint* head = (uint*)(_ring + _parameters.CompletionOffsets.Head);
        if (*head == Volatile.Read(ref *(uint*)(_ring + _parameters.CompletionOffsets.Tail)))
        {
            completion = default;
            return false;
        }

        completion = ((Completion*)(_ring + _parameters.CompletionOffsets.Completions))[*head & (_parameters.CompletionEntries - 1)];
        Volatile.Write(ref *head, *head + 1);
        return true;
    }

    /// <summary>Takes one completion; waits for it.</summary>
    internal Completion Take()
    {
        Completion completion;
        while (!TryTake(out completion)) Enter(wait: 1);
        return completion;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = LibC.munmap(_ring, _ringBytes);
        _ = LibC.munmap(_requests, _requestsBytes);
        _ = LibC.close(_fd);
    }

    private byte* Map(nuint bytes, long offset)
    {
        void* address = LibC.mmap(null, bytes, LibC.PROT_READ | PROT_WRITE, LibC.MAP_SHARED | MAP_POPULATE, _fd, offset);
        return address != LibC.MAP_FAILED ? (byte*)address : throw new IOException($"mmap of the ring: {LibC.LastErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Setup(nint number, nint entries, void* parameters);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint EnterRing(nint number, nint fd, nint submit, nint wait, nint flags, nint signals, nint signalsBytes);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Register(nint number, nint fd, nint operation, void* argument, nint count);

    /// <summary>struct io_uring_sqe.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct Request
    {
        [FieldOffset(0)] public byte Operation;
        [FieldOffset(1)] public byte Flags;
        [FieldOffset(2)] public ushort Priority;
        [FieldOffset(4)] public int Fd;
        [FieldOffset(8)] public long Offset;
        [FieldOffset(16)] public ulong Address;
        [FieldOffset(24)] public uint Length;
        [FieldOffset(28)] public uint OperationFlags;
        [FieldOffset(32)] public ulong UserData;
        [FieldOffset(44)] public int SpliceFromFd;
    }

    /// <summary>struct io_uring_cqe.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Completion
    {
        public ulong UserData;
        public int Result;
        public uint Flags;
    }

    /// <summary>struct io_uring_params.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    private struct Parameters
    {
        [FieldOffset(0)] public uint SubmissionEntries;
        [FieldOffset(4)] public uint CompletionEntries;
        [FieldOffset(8)] public uint Flags;
        [FieldOffset(20)] public uint Features;
        [FieldOffset(40)] public SubmissionRing SubmissionOffsets;
        [FieldOffset(80)] public CompletionRing CompletionOffsets;
    }

    /// <summary>struct io_sqring_offsets.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct SubmissionRing
    {
        [FieldOffset(4)] public uint Tail;
        [FieldOffset(24)] public uint Array;
    }

    /// <summary>struct io_cqring_offsets.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct CompletionRing
    {
        [FieldOffset(0)] public uint Head;
        [FieldOffset(4)] public uint Tail;
        [FieldOffset(20)] public uint Completions;
    }
}
