using System.Diagnostics;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Running;

/// <summary>Waits for a point in time more closely than <see cref="Thread.Sleep(int)"/>.</summary>
internal static class PreciseSleep
{
    /// <summary>Tells the kernel not to gather this thread's timers with others: that adds 50 µs to each.</summary>
    public static void PrepareThread() => _ = LibC.prctl(LibC.PR_SET_TIMERSLACK, 1, 0, 0, 0);

    /// <summary>Waits until <paramref name="timestamp"/>, or not at all if that is past.</summary>
    /// <param name="timestamp">Of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public static unsafe void Until(long timestamp)
    {
        long* request = stackalloc long[2];
        while (true)
        {
            long ticks = timestamp - Stopwatch.GetTimestamp();
            if (ticks <= 0) return;
            long nanoseconds = (long)(ticks * (1e9 / Stopwatch.Frequency));
            request[0] = nanoseconds / 1_000_000_000;
            request[1] = nanoseconds % 1_000_000_000;
            _ = LibC.nanosleep(request, null);
        }
    }
}
