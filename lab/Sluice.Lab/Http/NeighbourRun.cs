using System.Diagnostics;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Measuring;

namespace Sluice.Lab.Http;

/// <summary>One run: the times of small transfers while a large file goes to somebody else.</summary>
/// <param name="P50Us">Of the small transfers, in microseconds.</param>
/// <param name="P99Us">The same.</param>
/// <param name="MaxUs">The same.</param>
/// <param name="LargeMegabytesPerSecond">The large transfer; 0 where there was none.</param>
internal sealed record NeighbourRun(double P50Us, double P99Us, double MaxUs, double LargeMegabytesPerSecond)
{
    private const int SmallBufferBytes = 64 << 10;
    private const int LargeBufferBytes = 1 << 20;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs it: for the given time, and until the large transfer that is then under way has ended.</summary>
    /// <param name="port">Of the server.</param>
    /// <param name="small">Asked for by each of the connections, in pauses of a millisecond; has to be in the page cache.</param>
    /// <param name="large">Dropped from the page cache first, if the phase says so.</param>
    /// <param name="phase">What goes on.</param>
    /// <param name="connections">Of the small transfers; 1 or more.</param>
    /// <param name="length">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LabException">An answer was not the file.</exception>
    internal static async Task<NeighbourRun> RunAsync(
        int port, TestFile small, TestFile large, NeighbourPhase phase, int connections, TimeSpan length, CancellationToken cancellationToken)
    {
        if (phase == NeighbourPhase.BesideCold) large.Evict();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeHistogram[] times = [.. Enumerable.Range(0, connections).Select(_ => new TimeHistogram())];
        Task[] askers = [.. times.Select(histogram => OnThread(() => AskOften(port, small, histogram, stop.Token)))];
        double megabytesPerSecond = 0;
        try
        {
            if (phase == NeighbourPhase.Alone) await Task.WhenAny([Task.Delay(length, cancellationToken), .. askers]);
            else megabytesPerSecond = await OnThread(() => GetLarge(port, large, phase, length, cancellationToken));
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(askers);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var all = new TimeHistogram();
        foreach (TimeHistogram histogram in times) all.Add(histogram);
        return new NeighbourRun(all.Microseconds(0.5), all.Microseconds(0.99), all.Microseconds(1), megabytesPerSecond);
    }

    private static bool AskOften(int port, TestFile small, TimeHistogram times, CancellationToken stop)
    {
        using var client = new HttpGetLoop(port, Path.GetFileName(small.Path), small.LengthBytes, SmallBufferBytes);
        while (!stop.WaitHandle.WaitOne(s_pause))
        {
            times.Begin();
            client.Get();
            times.Mark();
        }

        return true;
    }

    private static double GetLarge(int port, TestFile large, NeighbourPhase phase, TimeSpan length, CancellationToken cancellationToken)
    {
        using var client = new HttpGetLoop(port, Path.GetFileName(large.Path), large.LengthBytes, LargeBufferBytes);
        long started = Stopwatch.GetTimestamp();
        TimeSpan spent = TimeSpan.Zero;
        double bytes = 0;
        do
        {
            // What was got is warm by now. To drop it takes time that is not the server's.
            if (phase == NeighbourPhase.BesideCold && bytes > 0) large.Evict();
            long began = Stopwatch.GetTimestamp();
            client.Get();
            spent += Stopwatch.GetElapsedTime(began);
            bytes += large.LengthBytes;
        }
        while (Stopwatch.GetElapsedTime(started) < length && !cancellationToken.IsCancellationRequested);
        return bytes / 1e6 / spent.TotalSeconds;
    }

    private static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
