using System.Diagnostics.Metrics;

namespace Sluice.Transfer;

/// <summary>Adds up what every channel sent, and offers it as the meter <see cref="MeterName"/>.</summary>
/// <remarks>
/// Channels add once per send, not once per call, and instruments read the sums only when somebody collects: counting costs
/// the sending threads a few uncontended additions. Safe on any thread.
/// </remarks>
public sealed class TransferMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Sluice.Transfer";

    private const string PathTag = "path";

    private readonly Meter _meter;
    private long _sendFileBytes;
    private long _kernelTlsBytes;
    private long _copyBytes;
    private long _memoryBytes;
    private long _sendFileCalls;
    private long _kernelTlsCalls;
    private long _copyCalls;
    private long _memoryCalls;
    private long _waits;
    private long _coldChunks;
    private long _coldBytes;

    /// <summary>Makes a meter of its own; disposed with this object.</summary>
    public TransferMetrics()
        : this(new Meter(MeterName))
    {
    }

    /// <summary>Makes the meter through a host's factory.</summary>
    /// <param name="meters">Gives the meter the host's tags and scope.</param>
    public TransferMetrics(IMeterFactory meters)
        : this((meters ?? throw new ArgumentNullException(nameof(meters))).Create(new MeterOptions(MeterName)))
    {
    }

    private TransferMetrics(Meter meter)
    {
        _meter = meter;
        KeyValuePair<string, object?> sendFile = new(PathTag, "sendfile");
        KeyValuePair<string, object?> kernelTls = new(PathTag, "ktls");
        KeyValuePair<string, object?> copy = new(PathTag, "copy");
        KeyValuePair<string, object?> memory = new(PathTag, "memory");
        meter.CreateObservableCounter(
            "sluice.transfer.bytes",
            () => Measure((sendFile, _sendFileBytes), (kernelTls, _kernelTlsBytes), (copy, _copyBytes), (memory, _memoryBytes)),
            "By",
            "Bytes sent, by the way that they took: sendfile (never in user space), ktls (the same, encrypted by the kernel), copy (lifted from a file), memory (the caller's own).");
        meter.CreateObservableCounter(
            "sluice.transfer.calls",
            () => Measure((sendFile, _sendFileCalls), (kernelTls, _kernelTlsCalls), (copy, _copyCalls), (memory, _memoryCalls)),
            "{call}",
            "System calls that moved those bytes: sendfile, read, send.");
        meter.CreateObservableCounter(
            "sluice.transfer.waits", () => Volatile.Read(ref _waits), "{wait}", "Times that a send waited for its peer to accept more.");
        meter.CreateObservableCounter(
            "sluice.transfer.cold.chunks", () => Volatile.Read(ref _coldChunks), "{chunk}", "Chunks not in memory, left to an I/O thread.");
        meter.CreateObservableCounter(
            "sluice.transfer.cold.bytes", () => Volatile.Read(ref _coldBytes), "By", "Bytes that I/O threads sent or read for cold chunks.");
    }

    /// <summary>The sums so far; each is exact, and all of them together are one moment only while nothing is being sent.</summary>
    public TransferCounters Read() => new()
    {
        SendFileBytes = Volatile.Read(ref _sendFileBytes),
        KernelTlsBytes = Volatile.Read(ref _kernelTlsBytes),
        CopyBytes = Volatile.Read(ref _copyBytes),
        MemoryBytes = Volatile.Read(ref _memoryBytes),
        SendFileCalls = Volatile.Read(ref _sendFileCalls),
        KernelTlsCalls = Volatile.Read(ref _kernelTlsCalls),
        CopyCalls = Volatile.Read(ref _copyCalls),
        MemoryCalls = Volatile.Read(ref _memoryCalls),
        Waits = Volatile.Read(ref _waits),
        ColdChunks = Volatile.Read(ref _coldChunks),
        ColdBytes = Volatile.Read(ref _coldBytes),
    };

    /// <summary>Ends the meter; the sums stay readable.</summary>
    public void Dispose() => _meter.Dispose();

    /// <summary>Adds what a channel counted and resets its counts.</summary>
    internal void Take(ref TransferCounters counted)
    {
        AddUnlessZero(ref _sendFileBytes, counted.SendFileBytes);
        AddUnlessZero(ref _kernelTlsBytes, counted.KernelTlsBytes);
        AddUnlessZero(ref _copyBytes, counted.CopyBytes);
        AddUnlessZero(ref _memoryBytes, counted.MemoryBytes);
        AddUnlessZero(ref _sendFileCalls, counted.SendFileCalls);
        AddUnlessZero(ref _kernelTlsCalls, counted.KernelTlsCalls);
        AddUnlessZero(ref _copyCalls, counted.CopyCalls);
        AddUnlessZero(ref _memoryCalls, counted.MemoryCalls);
        AddUnlessZero(ref _waits, counted.Waits);
        AddUnlessZero(ref _coldChunks, counted.ColdChunks);
        AddUnlessZero(ref _coldBytes, counted.ColdBytes);
        counted = default;
    }

    private static void AddUnlessZero(ref long sum, long value)
    {
        if (value != 0)
        {
            Interlocked.Add(ref sum, value);
        }
    }

    private static Measurement<long>[] Measure(params ReadOnlySpan<(KeyValuePair<string, object?> Tag, long Value)> rows)
    {
        Measurement<long>[] measured = new Measurement<long>[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            measured[i] = new Measurement<long>(rows[i].Value, rows[i].Tag);
        }

        return measured;
    }
}
