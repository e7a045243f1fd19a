using System.Globalization;
using Sluice.Protocol.Records;

namespace Sluice.Bench.Load.CommandLine;

/// <summary>The options that the commands share.</summary>
internal sealed record LoadOptions
{
    private const double BytesPerMegabyte = 1e6;

    /// <summary>The broker's binary, or its <c>.dll</c>; null = <see cref="BootstrapServer"/> is used.</summary>
    public string? Broker { get; init; }

    /// <summary>Folder of an Apache Kafka whose script <c>kafka</c> starts a broker; null = none.</summary>
    public string? Kafka { get; init; }

    /// <summary>Settings for a broker that is started here.</summary>
    public IReadOnlyList<string> BrokerSettings { get; init; } = [];

    /// <summary>Data directory of a broker that is started here; null = a new one that is removed afterwards.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A broker that runs already.</summary>
    public string? BootstrapServer { get; init; }

    /// <summary>Its process; null = its costs are not known.</summary>
    public int? BrokerProcessId { get; init; }

    /// <summary>Bytes of a record's value.</summary>
    public int RecordBytes { get; init; }

    /// <summary>Bytes of a batch before compression, at most.</summary>
    public int BatchBytes { get; init; }

    /// <summary>Codec of the batches.</summary>
    public CompressionType Compression { get; init; }

    /// <summary>0, 1 or -1.</summary>
    public short Acks { get; init; }

    /// <summary>Partitions of the topic; connections take turns at them.</summary>
    public int Partitions { get; init; }

    /// <summary>Connections, each with its own threads.</summary>
    public int Connections { get; init; }

    /// <summary>Unanswered requests per connection.</summary>
    public int InFlight { get; init; }

    /// <summary>Length of the run; null = <see cref="Bytes"/> ends it.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Bytes to move; null = <see cref="Duration"/> ends the run.</summary>
    public long? Bytes { get; init; }

    /// <summary>Length of the part before the run that is not counted.</summary>
    public TimeSpan Warmup { get; init; }

    /// <summary>Requests per second of all connections together; null = as fast as answers come.</summary>
    public double? Rate { get; init; }

    /// <summary>Limit of one fetch.</summary>
    public int FetchMaxBytes { get; init; }

    /// <summary>Bytes in the partitions that are fetched.</summary>
    public long FileBytes { get; init; }

    /// <summary>What a ping asks: <c>fetch</c> or <c>api-versions</c>.</summary>
    public string Ping { get; init; } = "fetch";

    /// <summary>Repetitions of commands that compare or start.</summary>
    public int Rounds { get; init; }

    /// <summary>Bytes of one sendfile call of the C loop.</summary>
    public int ChunkBytes { get; init; }

    /// <summary>How long a broker is left alone before its idle memory is read.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>Parts of names of the workloads to compare, separated by commas; null = all.</summary>
    public string? Only { get; init; }

    /// <summary>Folder that a comparison writes its JSON document and plots to; null = none.</summary>
    public string? Output { get; init; }

    /// <summary>Memory that is written to and freed before a run that produces (<see cref="Processes.BackedMemory"/>).</summary>
    public long PreparedBytes { get; init; }

    /// <summary>Bytes that have to be there before a reader wakes up; 1 = any.</summary>
    public int ReceiveLowWaterBytes { get; init; }

    /// <summary>Whether to write JSON instead of a table.</summary>
    public bool Json { get; init; }

    /// <summary>Takes every option; each command uses those that mean something to it.</summary>
    /// <exception cref="UsageException">An option is unknown or its value is none.</exception>
    public static LoadOptions Read(IEnumerable<string> arguments)
    {
        var reader = new ArgumentReader(arguments);
        double? seconds = reader.Amount("--seconds");
        double? megabytes = reader.Amount("--megabytes");
        var options = new LoadOptions
        {
            Broker = reader.Text("--broker"),
            Kafka = reader.Text("--kafka"),
            BrokerSettings = reader.Texts("--set"),
            DataDirectory = reader.Text("--data"),
            BootstrapServer = reader.Text("--bootstrap-server"),
            BrokerProcessId = reader.Number("--broker-pid", -1, 1) is > 0 and int processId ? processId : null,
            RecordBytes = reader.Number("--record-bytes", 1024, 1, 1 << 26),
            BatchBytes = reader.Number("--batch-bytes", 64 * 1024, 1, 1 << 26),
            Compression = Codec(reader.Text("--compression") ?? "none"),
            Acks = AcksOf(reader.Text("--acks") ?? "1"),
            Partitions = reader.Number("--partitions", 1, 1, 10_000),
            Connections = reader.Number("--connections", 1, 1, 1000),
            InFlight = reader.Number("--in-flight", 1, 1, 1000),
            Duration = seconds is { } given ? TimeSpan.FromSeconds(given) : megabytes is null ? TimeSpan.FromSeconds(5) : null,
            Bytes = megabytes is { } amount ? (long)(amount * BytesPerMegabyte) : null,
            Warmup = TimeSpan.FromSeconds(reader.Text("--warmup") is { } warmup ? Seconds("--warmup", warmup) : 1),
            Rate = reader.Amount("--rate"),
            FetchMaxBytes = reader.Number("--fetch-max-bytes", 1 << 20, 1),
            FileBytes = (long)((reader.Amount("--file-megabytes") ?? 256) * BytesPerMegabyte),
            Ping = reader.Text("--ping") ?? "fetch",
            Rounds = reader.Number("--rounds", 5, 1, 1000),
            ChunkBytes = reader.Number("--chunk-bytes", 64 * 1024, 1),
            Idle = TimeSpan.FromSeconds(reader.Text("--idle") is { } idle ? Seconds("--idle", idle) : 5),
            ReceiveLowWaterBytes = reader.Number("--receive-low-water", 1, 1, 1 << 20),
            PreparedBytes = (long)((reader.Amount("--prepare-megabytes") ?? 0) * BytesPerMegabyte),
            Only = reader.Text("--only"),
            Output = reader.Text("--output"),
            Json = reader.Flag("--json"),
        };
        reader.End();
        if (options.Ping is not ("fetch" or "api-versions")) throw new UsageException($"--ping is 'fetch' or 'api-versions', not '{options.Ping}'");
        return options;
    }

    private static double Seconds(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and < 86_400
            ? value
            : throw new UsageException($"{name} wants seconds, 0 or more; it is '{text}'");

    private static CompressionType Codec(string text) => text switch
    {
        "none" => CompressionType.None,
        "gzip" => CompressionType.Gzip,
        "snappy" => CompressionType.Snappy,
        "lz4" => CompressionType.Lz4,
        "zstd" => CompressionType.Zstd,
        _ => throw new UsageException($"--compression is none, gzip, snappy, lz4 or zstd, not '{text}'"),
    };

    private static short AcksOf(string text) => text switch
    {
        "0" => 0,
        "1" => 1,
        "-1" or "all" => -1,
        _ => throw new UsageException($"--acks is 0, 1 or all, not '{text}'"),
    };
}
