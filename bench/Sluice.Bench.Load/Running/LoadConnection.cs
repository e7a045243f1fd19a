using System.Diagnostics;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Running;

/// <summary>One connection of a load: runs phases on threads of its own.</summary>
/// <param name="socket">Disposed with the connection.</param>
/// <param name="pattern">What it asks.</param>
internal sealed class LoadConnection(WireSocket socket, RequestPattern pattern) : IDisposable
{
    // Requests that may be on their way at a fixed rate. A broker that far behind is not measured any more.
    private const int OutstandingMax = 1 << 16;

    private readonly long[] _sentTimestamps = new long[OutstandingMax];

    /// <summary>Sends as fast as answers come, with a bounded number of unanswered requests.</summary>
    /// <param name="phase">When to end.</param>
    /// <param name="startTimestamp">When the phase began.</param>
    public LoadCounts RunClosed(LoadPhase phase, long startTimestamp)
    {
        var counts = new LoadCounts();
        long endTimestamp = EndTimestamp(phase, startTimestamp);
        long requestsMax = phase.RequestsPerConnection ?? long.MaxValue;
        int inFlightMax = Math.Clamp(phase.InFlight, 1, OutstandingMax);
        long sentCount = 0;
        long answeredCount = 0;
        while (true)
        {
            bool maySend = sentCount < requestsMax && Stopwatch.GetTimestamp() < endTimestamp;
            if (maySend && sentCount - answeredCount < inFlightMax)
            {
                _sentTimestamps[sentCount % OutstandingMax] = Stopwatch.GetTimestamp();
                counts.Bytes += pattern.Send(socket);
                sentCount++;
                if (!pattern.IsAnswered) answeredCount = Count(counts, answeredCount);
            }
            else if (answeredCount < sentCount)
            {
                counts.Bytes += pattern.Receive(socket);
                answeredCount = Count(counts, answeredCount);
            }
            else
            {
                pattern.Finish(socket);
                return counts;
            }
        }
    }

    /// <summary>Sends at fixed times, whether answers come or not, and counts latency from those times.</summary>
    /// <remarks>A broker that stops for a second makes the requests of that second late, and each of them counts as late.</remarks>
    /// <param name="phase">When to end.</param>
    /// <param name="startTimestamp">When the first request is due.</param>
    /// <param name="interval">From one request to the next.</param>
    public LoadCounts RunAtRate(LoadPhase phase, long startTimestamp, TimeSpan interval)
    {
        var counts = new LoadCounts();
        long endTimestamp = EndTimestamp(phase, startTimestamp);
        double intervalTicks = interval.TotalSeconds * Stopwatch.Frequency;
        long due = DueCount(endTimestamp - startTimestamp, intervalTicks);
        long requestsCount = Math.Min(phase.RequestsPerConnection ?? long.MaxValue, due);
        using var sent = new SemaphoreSlim(0);
        using var free = new SemaphoreSlim(OutstandingMax);
        bool isOver = false;
        Exception? sendFailure = null;
        long sentBytes = 0;
        var sender = new Thread(() =>
        {
            try
            {
                PreciseSleep.PrepareThread();
                for (long index = 0; index < requestsCount; index++)
                {
                    free.Wait();
                    if (Volatile.Read(ref isOver)) return;
                    long dueTimestamp = startTimestamp + (long)(index * intervalTicks);
                    PreciseSleep.Until(dueTimestamp);
                    _sentTimestamps[index % OutstandingMax] = dueTimestamp;
                    sentBytes += pattern.Send(socket);
                    sent.Release();
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                sendFailure = exception;
                sent.Release();
            }
        }) { IsBackground = true, Name = "load sender" };
        sender.Start();
        try
        {
            for (long answeredCount = 0; answeredCount < requestsCount;)
            {
                sent.Wait();
                if (sendFailure is not null) throw new IOException("The broker closed the connection.", sendFailure);
                if (pattern.IsAnswered) counts.Bytes += pattern.Receive(socket);
                answeredCount = Count(counts, answeredCount);
                free.Release();
            }
        }
        catch
        {
            // The sender may wait for room, on the socket or here.
            Volatile.Write(ref isOver, true);
            socket.Dispose();
            free.Release();
            throw;
        }
        finally
        {
            sender.Join();
        }

        pattern.Finish(socket);
        counts.Bytes += sentBytes;
        return counts;
    }

    public void Dispose() => socket.Dispose();

    private static long EndTimestamp(LoadPhase phase, long startTimestamp) =>
        phase.Duration is { } duration ? startTimestamp + (long)(duration.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;

    private static long DueCount(long ticks, double intervalTicks)
    {
        double count = Math.Ceiling(ticks / intervalTicks);
        return count >= long.MaxValue ? long.MaxValue : Math.Max(1, (long)count);
    }

    private long Count(LoadCounts counts, long answeredCount)
    {
        long ticks = Stopwatch.GetTimestamp() - _sentTimestamps[answeredCount % OutstandingMax];
        counts.Latency.Add((long)(ticks * (1e9 / Stopwatch.Frequency)));
        counts.Requests++;
        counts.Records += pattern.RecordsPerRequest;
        return answeredCount + 1;
    }
}
