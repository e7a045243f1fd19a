using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Running;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Commands;

/// <summary>
/// What ordinary clients notice of a crowd: connections that say nothing, and others that ask for much and hardly read it. In turns with and without.
/// </summary>
internal static class CrowdCommand
{
    private const int IdleCount = 5_000;
    private const int SlowCount = 500;
    private const int SlowReadBytes = 2_048;
    private const double RateStandard = 1_000;
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(500);

    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        if (broker.ProcessId is null) throw new UsageException("crowd tells the broker's memory: give --broker-pid beside --bootstrap-server");
        options = options with { Partitions = 1 };
        BenchTopic topic = await Setting.CreateTopicAsync(broker, partitionCount: 1, cancellationToken);
        RecordBatchSample batch = Setting.CreateBatch(options);
        long recordsTotal = Setting.Fill(broker, topic, batch, options);
        BenchTopic written = await Setting.CreateTopicAsync(broker, partitionCount: 1, cancellationToken);
        using Connections ordinary = Setting.Connect(broker, options, _ => new ProducePattern(written, 0, batch, acks: 1));
        LoadPhase phase = new(options.Duration, null, options.Rate ?? RateStandard, options.InFlight);
        LoadRun.Run(ordinary, phase);

        List<(double Alone, double Crowded, double AloneMedian, double CrowdedMedian)> rounds = [];
        long aloneBytes = 0;
        long crowdedBytes = 0;
        for (int round = 0; round < options.Rounds; round++)
        {
            LoadCounts alone = LoadRun.Run(ordinary, phase);
            if (round == 0) aloneBytes = broker.Sample()!.ResidentBytes;
            using Crowd crowd = new(broker, topic, batch, recordsTotal, options.FetchMaxBytes);
            LoadCounts crowded = LoadRun.Run(ordinary, phase);
            crowdedBytes = Math.Max(crowdedBytes, broker.Sample()!.ResidentBytes);
            rounds.Add((Milliseconds(alone, 0.99), Milliseconds(crowded, 0.99), Milliseconds(alone, 0.5), Milliseconds(crowded, 0.5)));
        }

        Report report = new("crowd");
        report.Set("idle connections", IdleCount);
        report.Set("slow readers", SlowCount);
        report.Set("a slow reader takes", $"{SlowReadBytes} bytes every {SlowPause.TotalMilliseconds} ms of fetches of {options.FetchMaxBytes} bytes");
        report.Describe(options with { Rate = options.Rate ?? RateStandard });
        report.AddMedian("p99_ms_alone", [.. rounds.Select(static round => round.Alone)], 2);
        report.AddMedian("p99_ms_in_the_crowd", [.. rounds.Select(static round => round.Crowded)], 2);
        report.AddMedian("p99_ratio", [.. rounds.Select(static round => round.Crowded / round.Alone)], 2);
        report.AddMedian("p50_ms_alone", [.. rounds.Select(static round => round.AloneMedian)], 2);
        report.AddMedian("p50_ms_in_the_crowd", [.. rounds.Select(static round => round.CrowdedMedian)], 2);
        report.Add("resident_mb_alone", aloneBytes / 1e6, 1);
        report.Add("resident_mb_in_the_crowd", crowdedBytes / 1e6, 1);
        return report;
    }

    private static double Milliseconds(LoadCounts counts, double fraction) => counts.Latency.Percentile(fraction) / 1e6;

    /// <summary>The connections of a round; slow readers share one thread.</summary>
    private sealed class Crowd : IDisposable
    {
        private readonly List<WireSocket> _idle = [];
        private readonly List<WireSocket> _slow = [];
        private readonly CancellationTokenSource _leaving = new();
        private readonly Thread _reader;

        public Crowd(BrokerUnderTest broker, BenchTopic topic, RecordBatchSample batch, long recordsTotal, int fetchMaxBytes)
        {
            PingPattern hello = PingPattern.ApiVersions();
            for (int index = 0; index < IdleCount; index++)
            {
                WireSocket socket = broker.Connect();
                hello.Send(socket);
                hello.Receive(socket);
                _idle.Add(socket);
            }
            for (int index = 0; index < SlowCount; index++)
            {
                WireSocket socket = broker.Connect();
                new FetchPattern(topic, 0, batch, recordsTotal, fetchMaxBytes).Send(socket);
                _slow.Add(socket);
            }
            _reader = new Thread(ReadSlowly) { IsBackground = true, Name = "slow readers" };
            _reader.Start();
        }

        public void Dispose()
        {
            _leaving.Cancel();
            _reader.Join();
            foreach (WireSocket socket in _idle.Concat(_slow)) socket.Dispose();
            _leaving.Dispose();
        }

        private void ReadSlowly()
        {
            while (!_leaving.Token.WaitHandle.WaitOne(SlowPause))
            {
                foreach (WireSocket socket in _slow) socket.Discard(SlowReadBytes);
            }
        }
    }
}
