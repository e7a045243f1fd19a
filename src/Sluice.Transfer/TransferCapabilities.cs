using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer;

/// <summary>What this system offers for moving file bytes to sockets: for a banner, a support request, a test's precondition.</summary>
/// <remarks>Channels do not consult it: they try, and fall back where the kernel refuses.</remarks>
public sealed class TransferCapabilities
{
    private TransferCapabilities()
    {
        if (!LibC.IsSupported)
        {
            string reason = $"needs Linux on x64 or arm64; this is {RuntimeInformation.OSDescription} on {RuntimeInformation.ProcessArchitecture}";
            SendFile = new TransferCapability("sendfile", false, reason);
            CacheStat = new TransferCapability("cachestat", false, reason);
            ReadNoWait = new TransferCapability("preadv2 RWF_NOWAIT", false, reason);
            KernelTls = new TransferCapability("kernel TLS", false, reason);
            IoUring = new TransferCapability("io_uring", false, reason);
        }
        else
        {
            SendFile = AskWithoutFile("sendfile", "file regions to sockets without a copy", SendNothing);
            CacheStat = AskWithoutFile("cachestat", "finds cold ranges, page by page", CountNothing);
            ReadNoWait = AskWithoutFile("preadv2 RWF_NOWAIT", "finds cold ranges by a sample; reads small regions", ReadNothing);
            KernelTls = FindKernelTls();
            IoUring = AskForRing();
        }
    }

    private delegate nint Call(SafeFileHandle noFile);

    /// <summary>sendfile(2): file regions to plain sockets without a copy.</summary>
    public TransferCapability SendFile { get; }

    /// <summary>cachestat(2), Linux 6.5 on: which pages of a file are in memory.</summary>
    public TransferCapability CacheStat { get; }

    /// <summary>preadv2(2) with RWF_NOWAIT: reads that do not wait for the disk. Some file systems refuse it nevertheless.</summary>
    public TransferCapability ReadNoWait { get; }

    /// <summary>Kernel TLS, the module <c>tls</c>, with OpenSSL 3: encryption on the way from the page cache (<see cref="Tls.OpenSslServer"/>).</summary>
    public TransferCapability KernelTls { get; }

    /// <summary>io_uring(7). Nothing here uses it.</summary>
    public TransferCapability IoUring { get; }

    /// <summary>All of them, in the order of this page.</summary>
    public IReadOnlyList<TransferCapability> All => [SendFile, CacheStat, ReadNoWait, KernelTls, IoUring];

    /// <summary>Asks the system. Takes well under a millisecond; answers may change, as when a module is loaded.</summary>
    public static TransferCapabilities Detect() => new();

    /// <summary>One line per mechanism.</summary>
    public override string ToString() => string.Join(Environment.NewLine, All);

    /// <summary>Calls with a descriptor that is none: a kernel that has the call says EBADF.</summary>
    private static TransferCapability AskWithoutFile(string name, string use, Call call)
    {
        using SafeFileHandle noFile = new(-1, ownsHandle: false);
        nint errno = -call(noFile);
        return errno == Errno.EBADF
            ? new TransferCapability(name, true, use)
            : new TransferCapability(name, false, Marshal.GetPInvokeErrorMessage((int)errno));
    }

    [SupportedOSPlatform("linux")]
    private static nint SendNothing(SafeFileHandle noFile) => default(Kernel).SendFile(noFile, noFile, 0, 1);

    [SupportedOSPlatform("linux")]
    private static nint CountNothing(SafeFileHandle noFile) => default(Kernel).CountCachedPages(noFile, 0, 1);

    [SupportedOSPlatform("linux")]
    private static nint ReadNothing(SafeFileHandle noFile)
    {
        Span<byte> one = stackalloc byte[1];
        return default(Kernel).ReadNoWait(noFile, one, 0);
    }

    // A socket that is not connected cannot be handed over; a kernel that has the module says just that, and loads it if it may.
    [SupportedOSPlatform("linux")]
    private static unsafe TransferCapability FindKernelTls()
    {
        const string Name = "kernel TLS";
        if (!Tls.OpenSslServer.IsSupported) return new TransferCapability(Name, false, $"there is no {OpenSsl.Ssl}");
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        ReadOnlySpan<byte> module = "tls\0"u8;
        fixed (byte* name = module)
        {
            _ = LibC.setsockopt(probe.SafeHandle, LibC.IPPROTO_TCP, LibC.TCP_ULP, name, (uint)module.Length - 1);
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ENOTCONN
            ? new TransferCapability(Name, true, "TLS by OpenSSL and the module tls")
            : new TransferCapability(Name, false, errno == Errno.ENOENT ? "the module tls is not loaded: modprobe tls" : Marshal.GetPInvokeErrorMessage(errno));
    }

    [SupportedOSPlatform("linux")]
    private static unsafe TransferCapability AskForRing()
    {
        // No parameters: a kernel that has rings, and lets this process have one, stumbles over them and says EFAULT.
        _ = LibC.io_uring_setup(LibC.SYS_io_uring_setup, 1, null);
        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EFAULT
            ? new TransferCapability("io_uring", true, "not used")
            : new TransferCapability("io_uring", false, Marshal.GetPInvokeErrorMessage(errno));
    }
}
