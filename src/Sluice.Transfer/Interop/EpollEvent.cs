using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Transfer.Interop;

/// <summary>struct epoll_event in raw memory: packed to 12 bytes on x64, 16 bytes with padding elsewhere. epoll_ctl(2).</summary>
internal static unsafe class EpollEvent
{
    /// <summary>Size on any architecture, for stack buffers of a fixed size.</summary>
    public const int SizeBytesMax = 16;

    private static readonly bool s_isPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Bytes from one event of an array to the next.</summary>
    public static int SizeBytes => s_isPacked ? 12 : 16;

    private static int DataPosition => s_isPacked ? 4 : 8;

    public static void Write(void* epollEvent, uint events, ulong data)
    {
        Unsafe.WriteUnaligned(epollEvent, events);
        Unsafe.WriteUnaligned((byte*)epollEvent + DataPosition, data);
    }

    public static ulong ReadData(void* events, int index) =>
        Unsafe.ReadUnaligned<ulong>((byte*)events + (index * SizeBytes) + DataPosition);
}
