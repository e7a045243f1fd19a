using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Comparing;

/// <summary>The workloads of the comparison, with what is asked of each.</summary>
/// <param name="options">Length of runs.</param>
internal sealed class WorkloadCatalog(LoadOptions options)
{
    public const string SluiceName = "Sluice";
    public const string KafkaName = "Apache Kafka";

    private const int ClientRoundsMax = 2;

    // Of 1000 bytes each, for one run of a client.
    private const long ClientRecordsCount = 500_000;

    // More than a run writes.
    private const long PreparedBytes = 3L << 30;

    private const string CpuPerGb = "broker_cpu_seconds_per_gb";
    private const string CpuPerRequest = "broker_cpu_us_per_request";
    private const string CpuPerRecord = "broker_cpu_us_per_record";
    private const string Waits = "broker_voluntary_switches_per_request";
    private const string Throughput = "mb_per_second";
    private const string P50 = "latency_p50_us";
    private const string P99 = "latency_p99_us";

    /// <summary>All of them, in the order in which they run.</summary>
    public IReadOnlyList<Workload> All =>
    [
        .. Produce(), .. Fetch(), .. Small(), .. Tail(), .. RealClients(), .. Shape(), .. Starts(),
    ];

    /// <summary>What brings a broker to speed: some seconds of each kind of request.</summary>
    public IReadOnlyList<Workload> Warmup =>
    [
        .. new (string Command, string Arguments)[]
        {
            ("produce", "--record-bytes 1000 --batch-bytes 65536 --connections 4 --in-flight 5"), ("produce", "--record-bytes 100 --batch-bytes 1 --connections 4"),
            ("fetch", "--record-bytes 1000 --batch-bytes 16384 --fetch-max-bytes 65536 --file-megabytes 64"), ("pingpong", "--ping api-versions"), ("pingpong", ""),
        }.Select(load => new Workload("", load.Command, (contender, cancellationToken) => LoadProgram.RunAsync(
            load.Command, contender.Aim(Read(load.Arguments)) with { Duration = TimeSpan.FromSeconds(2 * (options.Duration ?? TimeSpan.FromSeconds(5)).TotalSeconds) }, cancellationToken))),
    ];

    private IEnumerable<Workload> Produce()
    {
        const string group = "Produce";
        yield return Load(group, "1 KB records, 64 KB batches, acks 1, 4 connections", "produce", "--record-bytes 1000 --batch-bytes 65536 --connections 4 --in-flight 5") with
        {
            Goals = [new(CpuPerGb, 0.5), new(Throughput, 1.5, AtLeast: true), new("broker_rss_after_mb", 0.167)],
        };
        yield return Load(group, "the same, acks all", "produce", "--record-bytes 1000 --batch-bytes 65536 --connections 4 --in-flight 5 --acks all") with { Goals = [new(CpuPerGb, 0.5)] };
        yield return Load(group, "100 B records, 16 KB batches", "produce", "--record-bytes 100 --batch-bytes 16384 --connections 4 --in-flight 5");
        yield return Load(group, "10 KB records, 1 MB batches", "produce", "--record-bytes 10000 --batch-bytes 1000000 --connections 2 --in-flight 2");
        var half = new HalfLoad(Read("--record-bytes 1000 --batch-bytes 65536 --connections 4 --in-flight 5"));
        yield return new(group, "1 KB records, 64 KB batches, at half of what Kafka can", half.RunAsync) { PrepareAsync = half.PrepareAsync, Goals = [new(P99, 0.5)] };
        yield return Load(group, "1 KB records, 64 KB batches, 100 partitions, 16 connections", "produce", "--record-bytes 1000 --batch-bytes 65536 --partitions 100 --connections 16 --in-flight 2");
        yield return Load(group, "64 connections", "produce", "--record-bytes 1000 --batch-bytes 65536 --partitions 64 --connections 64 --in-flight 1");
        yield return Load(group, "lz4", "produce", "--record-bytes 1000 --batch-bytes 65536 --connections 4 --in-flight 5 --compression lz4");
        yield return Load(group, "zstd", "produce", "--record-bytes 1000 --batch-bytes 65536 --connections 4 --in-flight 5 --compression zstd");
    }

    private IEnumerable<Workload> Fetch()
    {
        const string group = "Catch-up from the page cache";
        yield return Load(group, "1 MiB fetches, 1 consumer", "fetch", "--record-bytes 1000 --batch-bytes 65536 --in-flight 2") with { Goals = [new(CpuPerGb, 0.8)] };
        const string sleeping = "--record-bytes 1000 --batch-bytes 65536 --in-flight 2 --receive-low-water 131072";
        yield return Load(group, "1 MiB fetches, 1 consumer that sleeps until 128 KiB are there", "fetch", sleeping) with
        {
            Goals = [new(CpuPerGb, 0.8), new(CpuPerGb, 1.2, GoalBase.Floor)],
            RunFloorAsync = cancellationToken => FetchFloor.RunAsync(Read(sleeping), cancellationToken),
        };
        yield return Load(group, "1 MiB fetches, 10 consumers", "fetch", "--record-bytes 1000 --batch-bytes 65536 --connections 10 --in-flight 2") with { Goals = [new(CpuPerGb, 0.8)] };
        yield return Load(group, "64 KB fetches", "fetch", "--record-bytes 1000 --batch-bytes 16384 --fetch-max-bytes 65536") with { Goals = [new(CpuPerGb, 0.4)] };
        yield return Load(group, "16 KB fetches", "fetch", "--record-bytes 1000 --batch-bytes 16384 --fetch-max-bytes 16384 --file-megabytes 64") with { Goals = [new(CpuPerGb, 0.4)] };
        yield return Load(group, "4 KB fetches", "fetch", "--record-bytes 1000 --batch-bytes 4096 --fetch-max-bytes 4096 --file-megabytes 32") with { Goals = [new(CpuPerGb, 0.4)] };
    }

    private IEnumerable<Workload> Small()
    {
        const string group = "Small requests";
        yield return Load(group, "produce of one record of 100 B, 1 connection", "produce", "--record-bytes 100 --batch-bytes 1") with { Goals = [new(CpuPerRequest, 0.3), new(Waits, 1.5, GoalBase.Value), new(P50, 0.5)] };
        yield return Load(group, "ApiVersions, 1 connection", "pingpong", "--ping api-versions") with { Goals = [new(CpuPerRequest, 0.3), new(Waits, 1.5, GoalBase.Value), new(P50, 0.5)] };
        yield return Load(group, "fetch of nothing, 1 connection", "pingpong", "") with { Goals = [new(CpuPerRequest, 0.3), new(Waits, 1.5, GoalBase.Value), new(P50, 0.5)] };
        yield return Load(group, "produce of one record of 100 B, 16 connections", "produce", "--record-bytes 100 --batch-bytes 1 --connections 16") with { Goals = [new(CpuPerRequest, 0.3)] };
    }

    private IEnumerable<Workload> Tail()
    {
        const string group = "End to end: small batches to consumers that wait";
        yield return Tail(group, "1 producer, 1 consumer, 500/s", 500, 1) with { Goals = [new(CpuPerRecord, 0.4), new(P50, 0.3), new(P99, 0.5)] };
        yield return Tail(group, "1 producer, 10 consumers, 200/s", 200, 10) with { Goals = [new(CpuPerRecord, 0.4)] };
        yield return new(
            group,
            "500/s beside a consumer of another partition that is not in memory",
            (contender, cancellationToken) => ColdReader.RunAsync(contender.Aim(Read("--record-bytes 100 --batch-bytes 1 --rate 500 --file-megabytes 1500")), cancellationToken))
        {
            Goals = [new("p99_ratio", 1.5, GoalBase.Value)],
            RoundsMax = 2,
        };
    }

    // With Kafka's own tools, where they are at hand.
    private IEnumerable<Workload> RealClients()
    {
        if (options.Kafka is null) yield break;
        const string group = "Kafka's own clients";
        Workload Producer(string name, params string[] arguments) => new(
            group, name, (contender, cancellationToken) => KafkaClients.ProduceAsync(contender.Aim(Read("")) with { Kafka = options.Kafka }, ClientRecordsCount, arguments, cancellationToken))
        {
            RoundsMax = ClientRoundsMax,
        };
        yield return Producer("producer, acks all", "--command-property", "acks=all");
        yield return Producer("producer, idempotent, lz4, 64 KB batches", "--command-property", "acks=all", "--command-property", "compression.type=lz4", "--command-property", "batch.size=65536");
        yield return Producer("producer, transactions of 100 ms", "--transactional-id", "compared", "--transaction-duration-ms", "100");
        yield return new(
            group, "consumer", (contender, cancellationToken) => KafkaClients.ConsumeAsync(contender.Aim(Read("--record-bytes 1000 --batch-bytes 65536 --file-megabytes 1000")) with { Kafka = options.Kafka }, cancellationToken));
    }

    private IEnumerable<Workload> Shape()
    {
        const string group = "Many of them";
        yield return new(group, "10,000 idle connections", (contender, cancellationToken) => IdleConnections.RunAsync(contender.Aim(Read("")), 10_000, cancellationToken))
        {
            Goals = [new("kb_per_connection", 10, GoalBase.Value)],
            RoundsMax = 2,
        };
        yield return new(
            group,
            "10,000 partitions, produced to in turn",
            (contender, cancellationToken) => ManyPartitions.RunAsync(contender.Aim(Read("--record-bytes 1000 --batch-bytes 16384 --connections 4 --in-flight 5")), 10_000, cancellationToken))
        {
            Goals = [new("many_to_few", 0.7, GoalBase.Value, AtLeast: true)],
            RoundsMax = 1,
        };
    }

    private IEnumerable<Workload> Starts()
    {
        const string group = "Start";
        yield return new(group, "an empty directory", (contender, cancellationToken) => StartLoad.RunAsync(contender.StartOptions, partitionsCount: 0, options.Idle, cancellationToken))
        {
            Goals = [new("startup_ms", 0.02), new("rss_idle_mb", 0.1)],
            StartsOwnBrokers = true,
        };
        yield return new(group, "10,000 partitions", (contender, cancellationToken) => StartLoad.RunAsync(contender.StartOptions, 10_000, options.Idle, cancellationToken))
        {
            Goals = [new("startup_ms", 0.1)],
            StartsOwnBrokers = true,
            RoundsMax = 1,
        };
    }

    private Workload Load(string group, string name, string command, string arguments) => new(
        group,
        name,
        (contender, cancellationToken) => LoadProgram.RunAsync(command, contender.Aim(Read(arguments)), cancellationToken));

    private Workload Tail(string group, string name, double rate, int consumersCount) => new(
        group, name, (contender, cancellationToken) => TailLoad.RunAsync(contender.Aim(Read($"--record-bytes 100 --batch-bytes 1 --rate {rate}")), consumersCount, cancellationToken));

    private LoadOptions Read(string arguments) => LoadOptions.Read(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)) with
    {
        Duration = options.Duration,
        Warmup = options.Warmup,
        PreparedBytes = PreparedBytes,
    };
}
