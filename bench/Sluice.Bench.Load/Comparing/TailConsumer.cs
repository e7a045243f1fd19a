using System.Diagnostics;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Comparing;

/// <summary>A consumer at the end of a partition: asks for what comes next, waits, and notes how late each batch is.</summary>
/// <param name="socket">Its own.</param>
/// <param name="fetch">What it asks.</param>
/// <param name="due">When each batch was to be sent, by its number; written before it is sent.</param>
/// <param name="warmupCount">Batches at the beginning that do not count.</param>
internal sealed class TailConsumer(WireSocket socket, TailFetch fetch, long[] due, int warmupCount) : IDisposable
{
    /// <summary>From the time at which a batch was due to the time at which it was here.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>What ended it early; null = nothing.</summary>
    public IOException? Failure { get; private set; }

    /// <summary>Receives the batch that is there already, and then all others.</summary>
    public void Run()
    {
        try
        {
            fetch.Receive(socket);
            for (int received = 0; received < due.Length;)
            {
                int count = fetch.Receive(socket);
                long now = Stopwatch.GetTimestamp();
                for (int end = received + count; received < end; received++)
                {
                    if (received >= warmupCount) Latency.Add((long)((now - Volatile.Read(ref due[received])) * (1e9 / Stopwatch.Frequency)));
                }
            }
        }
        catch (IOException exception)
        {
            Failure = exception;
        }
    }

    public void Dispose() => socket.Dispose();
}
