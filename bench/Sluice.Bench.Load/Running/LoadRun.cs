using System.Diagnostics;

namespace Sluice.Bench.Load.Running;

/// <summary>Runs a phase on all connections at once.</summary>
internal static class LoadRun
{
    /// <summary>Runs one phase to its end.</summary>
    /// <param name="connections">Idle; idle again afterwards.</param>
    /// <param name="phase">What to do.</param>
    /// <exception cref="IOException">A connection broke.</exception>
    /// <exception cref="InvalidDataException">The broker refused.</exception>
    public static LoadCounts Run(IReadOnlyList<LoadConnection> connections, LoadPhase phase)
    {
        var results = new LoadCounts[connections.Count];
        var failures = new Exception?[connections.Count];
        var threads = new Thread[connections.Count];
        using var ready = new Barrier(connections.Count + 1);
        long startTimestamp = 0;
        for (int index = 0; index < connections.Count; index++)
        {
            int own = index;
            threads[own] = new Thread(() =>
            {
                ready.SignalAndWait();
                try
                {
                    results[own] = RunOne(connections[own], phase, startTimestamp, own, connections.Count);
                }
                catch (Exception exception) when (exception is IOException or InvalidDataException)
                {
                    failures[own] = exception;
                }
            }) { IsBackground = true, Name = $"load {own}" };
            threads[own].Start();
        }

        startTimestamp = Stopwatch.GetTimestamp();
        ready.SignalAndWait();
        foreach (Thread thread in threads) thread.Join();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(startTimestamp);
        if (failures.FirstOrDefault(failure => failure is not null) is { } first) throw first;
        var total = new LoadCounts { Elapsed = elapsed };
        foreach (LoadCounts result in results) total.Add(result);
        return total;
    }

    private static LoadCounts RunOne(LoadConnection connection, LoadPhase phase, long startTimestamp, int index, int connectionCount)
    {
        if (phase.RequestsPerSecond is not { } rate) return connection.RunClosed(phase, startTimestamp);

        // Each connection carries its share of the rate, and begins its part of an interval later than the one before it.
        var interval = TimeSpan.FromSeconds(connectionCount / rate);
        long shiftTicks = (long)(interval.TotalSeconds * Stopwatch.Frequency * index / connectionCount);
        return connection.RunAtRate(phase, startTimestamp + shiftTicks, interval);
    }
}
