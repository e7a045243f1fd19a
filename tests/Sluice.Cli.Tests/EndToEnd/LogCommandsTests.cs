using System.Text.Json;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.EndToEnd;

/// <summary>The tools for data directories, on one that a broker has filled and closed.</summary>
public sealed class LogCommandsTests : IAsyncLifetime
{
    private const int LinesCount = 3000;

    private readonly TestBroker _broker = new();
    private string _topic = "";

    public async ValueTask InitializeAsync()
    {
        await _broker.InitializeAsync();
        _topic = await _broker.CreateTopicAsync();
        string lines = string.Concat(Enumerable.Range(0, LinesCount).Select(index => $"key {index % 10}:value {index}\n"));
        foreach (string codec in new[] { "none", "gzip", "snappy", "lz4", "zstd" })
        {
            (await _broker.RunWithInputAsync(lines, "produce", _topic, "--key-separator", ":", "--compression", codec, "--batch-bytes", "2000")).ShouldSucceed();
        }
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    private string Data => _broker.DataDirectory;

    private string Partition => Path.Combine(Data, $"{_topic}-0");

    private string Log => Path.Combine(Partition, "00000000000000000000.log");

    [Fact]
    public async Task A_running_brokers_directory_and_a_closed_one_are_sound()
    {
        CliOutcome running = (await TestCli.RunAsync("log", "verify", Data)).ShouldSucceed();
        running.Output.ShouldContain("15,000 records: sound");
        await _broker.StopAsync();

        CliOutcome closed = (await TestCli.RunAsync("log", "verify", Data, Partition, Log)).ShouldSucceed();
        closed.OutputLines[0].ShouldStartWith("PARTITION");
        closed.OutputLines.ShouldContain(line => line.StartsWith($"{_topic}-0 ", StringComparison.Ordinal) && line.EndsWith("sound", StringComparison.Ordinal));
        closed.OutputLines[^1].ShouldContain("sound, 0 notes");
        closed.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Damage_is_told_with_file_position_offset_meaning_and_remedy_and_exit_code_1()
    {
        await _broker.StopAsync();
        Flip(Log, 100);

        CliOutcome outcome = await TestCli.RunAsync("log", "verify", Data);
        outcome.ExitCode.ShouldBe(ExitCodes.Failed);
        outcome.OutputLines[0].ShouldBe($"DAMAGE  {Log}  position 0  offset 0");
        outcome.OutputLines[1].ShouldContain("the checksum does not match");
        outcome.OutputLines[1].ShouldEndWith("(batch-checksum)");
        outcome.OutputLines[2].ShouldStartWith("  means: Consumers refuse");
        outcome.OutputLines[3].ShouldStartWith("  mend:  ");
        outcome.OutputLines[^1].ShouldEndWith("1 damaged, 0 repairable, 0 notes");

        CliOutcome json = await TestCli.RunAsync("log", "verify", Data, "--json");
        json.ExitCode.ShouldBe(ExitCodes.Failed);
        JsonElement[] lines = [.. json.OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];
        lines.Select(line => line.GetProperty("type").GetString()).ShouldBe(["finding", "partition", "summary"]);
        lines[0].GetProperty("code").GetString().ShouldBe("batch-checksum");
        lines[0].GetProperty("position").GetInt64().ShouldBe(0);
        lines[1].GetProperty("damage").GetInt32().ShouldBe(1);
        lines[2].GetProperty("sound").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_copy_leaves_damage_out_is_sound_and_is_served()
    {
        await _broker.StopAsync();
        Flip(Log, 100);
        string target = $"{Data}-copy";
        try
        {
            CliOutcome copied = await TestCli.RunAsync("log", "copy", Data, target);
            copied.ExitCode.ShouldBe(ExitCodes.Failed);
            copied.OutputLines[0].ShouldStartWith($"LOST  {_topic}-0  offsets 0 to ");
            copied.OutputLines[1].ShouldContain("position 0: the checksum of a batch does not match");
            (await TestCli.RunAsync("log", "verify", target)).ShouldSucceed().Output.ShouldContain("(offset-gap)");
            (await TestCli.RunAsync("log", "copy", Data, target)).ShouldFail(ExitCodes.Usage, "is not empty");

            Directory.Delete(Data, recursive: true);
            Directory.Move(target, Data);
            await _broker.StartAgainAsync();
            CliOutcome read = (await _broker.RunAsync("consume", _topic)).ShouldSucceed();
            read.OutputLines.Length.ShouldBeInRange((5 * LinesCount) - 100, (5 * LinesCount) - 1);
            read.OutputLines[^1].ShouldBe($"value {LinesCount - 1}");
        }
        finally
        {
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task Indexes_are_printed_and_built_anew()
    {
        CliOutcome locked = await TestCli.RunAsync("log", "index", Partition, "--rebuild");
        locked.ShouldFail(ExitCodes.Failed, "is in use");
        await _broker.StopAsync();
        string index = Path.ChangeExtension(Log, ".index");
        byte[] right = File.ReadAllBytes(index);
        File.Delete(index);
        (await TestCli.RunAsync("log", "verify", Data)).ExitCode.ShouldBe(ExitCodes.Failed);

        (await TestCli.RunAsync("log", "index", Partition, "--rebuild")).ShouldSucceed().Output.ShouldContain("1 of 1 segments rebuilt");
        File.ReadAllBytes(index).ShouldBe(right);
        (await TestCli.RunAsync("log", "verify", Data)).ShouldSucceed();
        CliOutcome printed = (await TestCli.RunAsync("log", "index", index)).ShouldSucceed();
        printed.OutputLines.Length.ShouldBe(right.Length / 8);
        printed.OutputLines[0].ShouldMatch(@"^entry  offset \d+  position \d+$");
        (await TestCli.RunAsync("log", "index", Partition, "--json")).ShouldSucceed().OutputLines[0].ShouldContain("\"type\":\"index\"");
    }

    [Fact]
    public async Task Batches_and_records_are_printed()
    {
        CliOutcome batches = (await TestCli.RunAsync("log", "dump", Log)).ShouldSucceed();
        batches.OutputLines[0].ShouldStartWith($"segment  file {Log}  baseOffset 0");
        batches.OutputLines[1].ShouldMatch(@"^batch  baseOffset 0  lastOffset \d+  count \d+  position 0  size \d+  state sound  magic 2  codec none  crc [0-9a-f]{8}  leaderEpoch 0  ");
        foreach (string codec in new[] { "none", "gzip", "snappy", "lz4", "zstd" }) batches.Output.ShouldContain($"codec {codec}");

        CliOutcome some = (await TestCli.RunAsync("log", "dump", Partition, "--from-offset", "3010", "--max-batches", "2", "--records", "--json")).ShouldSucceed();
        JsonElement[] lines = [.. some.OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];
        lines.Count(line => line.GetProperty("type").GetString() == "batch").ShouldBe(2);
        JsonElement batch = lines.First(line => line.GetProperty("type").GetString() == "batch");
        batch.GetProperty("baseOffset").GetInt64().ShouldBeLessThanOrEqualTo(3010);
        batch.GetProperty("lastOffset").GetInt64().ShouldBeGreaterThanOrEqualTo(3010);
        batch.GetProperty("codec").GetString().ShouldBe("gzip");
        JsonElement record = lines.Single(line => line.GetProperty("type").GetString() == "record" && line.GetProperty("offset").GetInt64() == 3010);
        record.GetProperty("key").GetString().ShouldBe("key 0");
        record.GetProperty("value").GetString().ShouldBe("value 10");
        (await TestCli.RunAsync("log", "dump", Data, "--records")).ShouldSucceed().Output.ShouldContain("key \"key 9\"  value \"value 2999\"");
    }

    [Theory]
    [InlineData("*-0/*.index", "entry  offset ")]
    [InlineData("*-0/*.timeindex", "entry  timestamp 20")]
    [InlineData("*-0/*.snapshot", "producer  producerId ")]
    [InlineData("*-0/leader-epoch-checkpoint", "epoch  epoch 0  startOffset 0")]
    [InlineData("*-0/partition.metadata", "partition  topicId ")]
    [InlineData("meta.properties", "directory  clusterId ")]
    [InlineData("recovery-point-offset-checkpoint", "checkpoint  topic t-")]
    [InlineData(".kafka_cleanshutdown", "clean-shutdown  brokerEpoch ")]
    public async Task Every_other_file_is_printed_and_checked(string pattern, string expected)
    {
        await _broker.StopAsync();
        string folder = pattern.Contains('/', StringComparison.Ordinal) ? Partition : Data;
        string path = Directory.GetFiles(folder, Path.GetFileName(pattern)).Order(StringComparer.Ordinal).Last();

        (await TestCli.RunAsync("log", "dump", path)).ShouldSucceed().Output.ShouldStartWith(expected);
        (await TestCli.RunAsync("log", "dump", path, "--json")).ShouldSucceed().OutputLines.ShouldAllBe(line => line.StartsWith('{'));
        (await TestCli.RunAsync("log", "verify", path)).ShouldSucceed();
    }

    [Fact]
    public async Task Contents_are_counted()
    {
        await _broker.StopAsync();
        CliOutcome table = (await TestCli.RunAsync("log", "stats", Data, "--deep")).ShouldSucceed();
        table.Output.ShouldContain("15,000");
        JsonElement numbers = JsonDocument.Parse((await TestCli.RunAsync("log", "stats", Partition, "--deep", "--json")).ShouldSucceed().Output).RootElement;
        numbers.GetProperty("records").GetInt64().ShouldBe(15_000);
        numbers.GetProperty("nextOffset").GetInt64().ShouldBe(15_000);
        numbers.GetProperty("gzip.records").GetInt64().ShouldBe(3000);
        numbers.GetProperty("zstd.uncompressedBytes").GetInt64().ShouldBeGreaterThan(numbers.GetProperty("zstd.bytes").GetInt64());
    }

    [Theory]
    [InlineData("log verify /nonexistent/logs", "there is no '/nonexistent/logs'")]
    [InlineData("log dump /etc/hostname", "is not named like a file of a log")]
    [InlineData("log verify", "PATH is missing")]
    [InlineData("log copy /tmp", "TO is missing")]
    [InlineData("log index /tmp --interval-bytes 1", "only with --rebuild")]
    [InlineData("log dump /tmp --max-batches 0", "--max-batches wants a whole number of 1 or more")]
    [InlineData("log", "'sluice log' wants a command: dump, verify, index, stats, copy")]
    public async Task Senseless_command_lines_are_one_line_and_exit_code_2(string line, string because) =>
        (await TestCli.RunAsync(line.Split(' '))).ShouldFail(ExitCodes.Usage, because);

    private static void Flip(string path, int position)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[position] ^= 0xFF;
        File.WriteAllBytes(path, bytes);
    }
}
