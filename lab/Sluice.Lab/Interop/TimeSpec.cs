using System.Runtime.InteropServices;

namespace Sluice.Lab.Interop;

/// <summary>struct timespec of 64-bit Linux. clock_gettime(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
