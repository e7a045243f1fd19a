using System.Runtime.InteropServices;

namespace Sluice.Bench.Load.Processes;

/// <summary>Has the machine's free memory at hand before a run that fills the page cache.</summary>
/// <remarks>
/// A virtual machine gives memory that it does not use back to its host, and page by page asks for it again: a write into the page cache then costs up to
/// three times as much system time, for whoever comes first. Memory that was just written and freed is there.
/// </remarks>
internal static unsafe class BackedMemory
{
    private const int PageBytes = 4096;

    /// <summary>Writes to so much memory, and frees it.</summary>
    /// <param name="bytes">0 for nothing.</param>
    public static void Prepare(long bytes)
    {
        if (bytes == 0) return;
        byte* memory = (byte*)NativeMemory.Alloc((nuint)bytes);
        for (long position = 0; position < bytes; position += PageBytes) memory[position] = 1;
        NativeMemory.Free(memory);
    }
}
