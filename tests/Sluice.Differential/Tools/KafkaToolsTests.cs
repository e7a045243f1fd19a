using System.Globalization;
using System.Text.Json;
using Sluice.Conformance.Peers;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own command line tools against Sluice, as its users run them.</summary>
public sealed class KafkaToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    [Fact]
    public async Task Topics_are_created_listed_described_widened_and_deleted()
    {
        DifferentialRun.SkipWithoutKafka();
        (await broker.Run("topics", "--create", "--topic", "orders", "--partitions", "3", "--config", "retention.ms=1000000")).Succeeded()
            .Output.ShouldContain("Created topic orders");
        (await broker.Run("topics", "--list")).Succeeded().Output.Split('\n').ShouldContain("orders");

        string described = (await broker.Run("topics", "--describe", "--topic", "orders")).Succeeded().Output;
        described.ShouldContain("PartitionCount: 3");
        described.ShouldContain("ReplicationFactor: 1");
        described.ShouldContain("retention.ms=1000000");
        described.ShouldContain("Partition: 2");
        described.ShouldContain("Leader: 1");
        described.ShouldContain("Isr: 1");

        (await broker.Run("topics", "--alter", "--topic", "orders", "--partitions", "5")).Succeeded();
        (await broker.Run("topics", "--describe", "--topic", "orders")).Succeeded().Output.ShouldContain("PartitionCount: 5");

        ToolResult again = await broker.Run("topics", "--create", "--topic", "orders");
        again.ExitCode.ShouldNotBe(0);
        again.Output.ShouldContain("TopicExistsException");
        (await broker.Run("topics", "--create", "--if-not-exists", "--topic", "orders")).Succeeded();

        (await broker.Run("topics", "--delete", "--topic", "orders")).Succeeded();
        (await broker.Run("topics", "--list")).Succeeded().Output.Split('\n').ShouldNotContain("orders");
    }

    [Fact]
    public async Task Settings_of_topics_and_brokers_are_described_and_changed()
    {
        DifferentialRun.SkipWithoutKafka();
        await CreateTopic("settings");
        (await broker.Run("configs", "--alter", "--entity-type", "topics", "--entity-name", "settings", "--add-config", "retention.ms=77777,cleanup.policy=[compact,delete]"))
            .Succeeded().Output.ShouldContain("Completed updating config");
        string own = (await broker.Run("configs", "--describe", "--entity-type", "topics", "--entity-name", "settings")).Succeeded().Output;
        own.ShouldContain("retention.ms=77777");
        own.ShouldContain("cleanup.policy=compact,delete");
        (await broker.Run("configs", "--alter", "--entity-type", "topics", "--entity-name", "settings", "--delete-config", "retention.ms")).Succeeded();
        (await broker.Run("configs", "--describe", "--entity-type", "topics", "--entity-name", "settings")).Succeeded().Output.ShouldNotContain("retention.ms=77777");

        string all = (await broker.Run("configs", "--describe", "--all", "--entity-type", "topics", "--entity-name", "settings")).Succeeded().Output;
        all.ShouldContain("segment.bytes=1073741824");
        string ofBroker = (await broker.Run("configs", "--describe", "--all", "--entity-type", "brokers", "--entity-name", "1")).Succeeded().Output;
        ofBroker.ShouldContain("num.partitions=2");
        ofBroker.ShouldContain("log.retention.hours=168");

        ToolResult wrong = await broker.Run("configs", "--alter", "--entity-type", "topics", "--entity-name", "settings", "--add-config", "segment.bytes=x");
        wrong.ExitCode.ShouldNotBe(0);
        wrong.Output.ShouldContain("InvalidConfigurationException");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task Console_producer_and_consumer_pass_lines_through(string codec)
    {
        DifferentialRun.SkipWithoutKafka();
        string topic = $"console-{codec}";
        await CreateTopic(topic);
        string[] lines = [.. Enumerable.Range(0, 500).Select(static i => string.Create(CultureInfo.InvariantCulture, $"key {i}:value {i}"))];
        (await KafkaTool.RunWith(
            string.Join('\n', lines) + "\n",
            "console-producer", "--bootstrap-server", broker.Bootstrap, "--topic", topic, "--compression-codec", codec,
            "--reader-property", "parse.key=true", "--reader-property", "key.separator=:")).Succeeded();
        string[] read =
        [
            .. (await broker.Run(
                "console-consumer", "--topic", topic, "--partition", "0", "--offset", "earliest", "--max-messages", "500", "--timeout-ms", "30000",
                "--formatter-property", "print.key=true", "--formatter-property", "key.separator=:")).Succeeded()
            .Output.Split('\n').Where(static line => line.StartsWith("key ", StringComparison.Ordinal)),
        ];
        read.ShouldBe(lines);
    }

    [Fact]
    public async Task Offsets_records_and_sizes_are_told_and_records_deleted()
    {
        DifferentialRun.SkipWithoutKafka();
        await CreateTopic("offsets");
        (await KafkaTool.RunWith("a\nb\nc\nd\n", "console-producer", "--bootstrap-server", broker.Bootstrap, "--topic", "offsets")).Succeeded();
        foreach ((string time, string line) in new[] { ("latest", "offsets:0:4"), ("earliest", "offsets:0:0"), ("-1", "offsets:0:4"), ("-2", "offsets:0:0"), ("earliest-local", "offsets:0:0"), ("1000", "offsets:0:0") })
            (await broker.Run("get-offsets", "--topic", "offsets", "--time", time)).Succeeded().Output.Split('\n').ShouldContain(line, time);

        using TemporaryFolder folder = new("delete-records");
        string file = Path.Combine(folder.Path, "offsets.json");
        await File.WriteAllTextAsync(file, """{"version":1,"partitions":[{"topic":"offsets","partition":0,"offset":3}]}""", TestContext.Current.CancellationToken);
        (await broker.Run("delete-records", "--offset-json-file", file)).Succeeded().Output.ShouldContain("low_watermark: 3");
        (await broker.Run("get-offsets", "--topic", "offsets", "--time", "earliest")).Succeeded().Output.Split('\n').ShouldContain("offsets:0:3");

        string directories = (await broker.Run("log-dirs", "--describe", "--topic-list", "offsets")).Succeeded().Output;
        string json = directories.Split('\n').Single(static line => line.StartsWith('{'));
        JsonElement partition = JsonDocument.Parse(json).RootElement.GetProperty("brokers")[0].GetProperty("logDirs")[0].GetProperty("partitions")[0];
        partition.GetProperty("partition").GetString().ShouldBe("offsets-0");
        partition.GetProperty("size").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Api_versions_are_listed()
    {
        DifferentialRun.SkipWithoutKafka();
        string output = (await broker.Run("api-versions")).Succeeded().Output;
        output.ShouldContain("(id: 1 rack: null");
        output.ShouldContain("Produce(0): 0 to 13 [usable: 13]");
        output.ShouldContain("Fetch(1): 4 to 18 [usable: 18]");
    }

    [Theory]
    [InlineData("acks=1")]
    [InlineData("acks=all")]
    [InlineData("acks=0,enable.idempotence=false")]
    public async Task Producer_perf_sends_all_its_records(string settings)
    {
        DifferentialRun.SkipWithoutKafka();
        string topic = $"perf-{settings.Length}";
        await CreateTopic(topic, partitions: 2);
        string[] arguments = ["--topic", topic, "--num-records", "20000", "--record-size", "1000", "--throughput", "-1", "--command-property", .. settings.Split(',')];
        string output = (await broker.Run("producer-perf", arguments)).Succeeded().Output;
        output.ShouldContain("20000 records sent");
        string[] ends = (await broker.Run("get-offsets", "--topic", topic)).Succeeded().Output.Split('\n');
        ends.Where(line => line.StartsWith($"{topic}:", StringComparison.Ordinal)).Sum(static line => int.Parse(line.Split(':')[2], CultureInfo.InvariantCulture)).ShouldBe(20_000);
    }

    [Fact]
    public async Task Dump_log_reads_the_data_directory()
    {
        DifferentialRun.SkipWithoutKafka();
        await CreateTopic("dumped");
        foreach (string codec in new[] { "none", "gzip", "snappy", "lz4", "zstd" })
        {
            (await KafkaTool.RunWith(
                "one\ntwo\nthree\n", "console-producer", "--bootstrap-server", broker.Bootstrap, "--topic", "dumped", "--compression-codec", codec)).Succeeded();
        }
        string segment = Path.Combine(broker.Peer.LogFolder, "dumped-0", "00000000000000000000.log");
        string dumped = (await KafkaTool.Run("dump-log", "--files", segment, "--deep-iteration", "--print-data-log")).Succeeded().Output;
        dumped.ShouldContain("Starting offset: 0");
        dumped.Split("payload: three").Length.ShouldBe(6);
        foreach (string codec in new[] { "none", "gzip", "snappy", "lz4", "zstd" }) dumped.ShouldContain($"compresscodec: {codec}");
        dumped.ShouldNotContain("isvalid: false");

        foreach (string index in new[] { "index", "timeindex" })
        {
            string path = Path.ChangeExtension(segment, index);
            string sane = (await KafkaTool.Run("dump-log", "--files", path, "--index-sanity-check")).Succeeded().Output;
            sane.ShouldNotContain("mismatch", Case.Insensitive);
        }
    }

    private async Task CreateTopic(string topic, int partitions = 1) =>
        (await broker.Run("topics", "--create", "--topic", topic, "--partitions", partitions.ToString(CultureInfo.InvariantCulture))).Succeeded();
}
