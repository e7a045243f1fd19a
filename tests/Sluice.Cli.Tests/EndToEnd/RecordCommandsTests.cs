using System.Text;
using System.Text.Json;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.EndToEnd;

public sealed class RecordCommandsTests(TestBroker broker) : IClassFixture<TestBroker>
{
    [Fact]
    public async Task Lines_come_back_as_they_went_in()
    {
        string topic = await broker.CreateTopicAsync();
        CliOutcome produced = (await broker.RunWithInputAsync("one\ntwo\r\n\nfour", "produce", topic)).ShouldSucceed();
        produced.Output.ShouldBeEmpty();
        produced.Error.ShouldContain($"Delivered 4 records (10 B) to {topic}");

        CliOutcome consumed = (await broker.RunAsync("consume", topic)).ShouldSucceed();
        consumed.Output.ShouldBe("one\ntwo\n\nfour\n");
        consumed.Error.ShouldContain("Read 4 records (10 B)");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task Every_codec_and_acknowledgement_delivers(string codec)
    {
        string topic = await broker.CreateTopicAsync(2);
        string input = string.Concat(Enumerable.Range(0, 5000).Select(number => $"k{number}:value {number}\n"));
        foreach (string acks in new[] { "all", "1", "0" })
        {
            (await broker.RunWithInputAsync(input, "produce", topic, "--key-separator", ":", "--compression", codec, "--acks", acks, "--batch-bytes", "20000")).ShouldSucceed();
        }

        // What is sent without acknowledgement is there soon, not at once.
        CliOutcome consumed = (await broker.RunAsync("consume", topic, "--follow", "--max", "15000", "--format", "{key}:{value}\\n")).ShouldSucceed();
        string[] expected = input.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        consumed.OutputLines.Order(StringComparer.Ordinal).ShouldBe(expected.Concat(expected).Concat(expected).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Keys_nulls_headers_and_bytes_survive_as_json()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunWithInputAsync("k::v\nk2::GONE\n", "produce", topic, "--key-separator", "::", "--null-value", "GONE", "--header", "a=1", "--header", "b=")).ShouldSucceed();

        JsonElement[] records = [.. (await broker.RunAsync("consume", topic, "--json")).ShouldSucceed().OutputLines.Select(line => JsonElement.Parse(line))];
        records.Length.ShouldBe(2);
        records[0].GetProperty("key").GetString().ShouldBe("k");
        records[0].GetProperty("value").GetString().ShouldBe("v");
        records[0].GetProperty("offset").GetInt64().ShouldBe(0);
        records[0].GetProperty("headers").EnumerateArray().Select(header => $"{header.GetProperty("name")}={header.GetProperty("value")}").ShouldBe(["a=1", "b="]);
        records[1].GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Records_are_read_from_where_was_asked()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunWithInputAsync("0\n1\n2\n3\n4\n", "produce", topic)).ShouldSucceed();

        (await broker.RunAsync("consume", topic, "--from", "3")).ShouldSucceed().Output.ShouldBe("3\n4\n");
        (await broker.RunAsync("consume", topic, "--from", "end")).ShouldSucceed().Output.ShouldBeEmpty();
        (await broker.RunAsync("consume", topic, "--from", "5")).ShouldSucceed().Output.ShouldBeEmpty();
        (await broker.RunAsync("consume", topic, "--from", "1970-01-02", "--max", "2")).ShouldSucceed().Output.ShouldBe("0\n1\n");
        (await broker.RunAsync("consume", topic, "--from", "2999-01-01")).ShouldSucceed().Output.ShouldBeEmpty();
        (await broker.RunAsync("consume", topic, "--from", "6")).ShouldFail(ExitCodes.Failed, "there is no offset 6, the log ends at offset 5");
        (await broker.RunAsync("consume", topic, "--partition", "1")).ShouldFail(ExitCodes.Failed, "only partition 0");
    }

    [Fact]
    public async Task Deleted_records_are_gone_and_asking_for_them_is_an_error()
    {
        string topic = await broker.CreateTopicAsync();
        (await broker.RunWithInputAsync("0\n1\n2\n", "produce", topic)).ShouldSucceed();

        (await broker.RunAsync("records", "delete", topic, "--partition", "0", "--before", "2")).ShouldSucceed().Output.ShouldContain("starts at offset 2 now");
        (await broker.RunAsync("consume", topic)).ShouldSucceed().Output.ShouldBe("2\n");
        (await broker.RunAsync("consume", topic, "--from", "1")).ShouldFail(ExitCodes.Failed, "there is no offset 1, the log starts at offset 2");
        (await broker.RunAsync("records", "delete", topic, "--partition", "0", "--before", "9")).ShouldFail(ExitCodes.Failed, "OFFSET_OUT_OF_RANGE");
        (await broker.RunAsync("records", "delete", topic, "--partition", "0", "--before", "end", "--json")).ShouldSucceed().Output.ShouldContain("\"startOffset\": 3");
        JsonElement offsets = JsonElement.Parse((await broker.RunAsync("offsets", topic, "--json")).ShouldSucceed().Output);
        offsets[0].GetProperty("startOffset").GetInt64().ShouldBe(3);
        offsets[0].GetProperty("endOffset").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task Offsets_are_looked_up_by_time()
    {
        string topic = await broker.CreateTopicAsync(2);
        (await broker.RunWithInputAsync("a\nb\n", "produce", topic, "--partition", "1")).ShouldSucceed();

        JsonElement found = JsonElement.Parse((await broker.RunAsync("offsets", topic, "--time", "1970-01-01", "--json")).ShouldSucceed().Output);
        found[0].GetProperty("offset").ValueKind.ShouldBe(JsonValueKind.Null);
        found[1].GetProperty("offset").GetInt64().ShouldBe(0);
        found = JsonElement.Parse((await broker.RunAsync("offsets", topic, "--time", "max-timestamp", "--partition", "1", "--json")).ShouldSucceed().Output);
        found.GetArrayLength().ShouldBe(1);
        found[0].GetProperty("timestamp").GetInt64().ShouldBeGreaterThan(0);
        (await broker.RunAsync("offsets", topic, "--time", "latest")).ShouldSucceed().OutputLines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["1", "2", "-"]);
    }

    [Fact]
    public async Task Follower_sees_what_comes_later_and_ends_cleanly_when_interrupted()
    {
        string topic = await broker.CreateTopicAsync();
        using var output = new WatchedStream();
        using var error = new StringWriter();
        using var interrupt = new CancellationTokenSource();
        CliConsole console = TestCli.Console(output, error, bootstrapServer: broker.BootstrapServer);
        Task<int> following = SluiceCommandLine.RunAsync(["consume", topic, "--follow"], console, TestCli.NoServe, interrupt.Token);

        (await broker.RunWithInputAsync("first\n", "produce", topic)).ShouldSucceed();
        await output.WaitForAsync("first\n");
        (await broker.RunWithInputAsync("second\n", "produce", topic)).ShouldSucceed();
        await output.WaitForAsync("first\nsecond\n");
        await interrupt.CancelAsync();

        (await following).ShouldBe(ExitCodes.Ok);
        error.ToString().ShouldContain("Read 2 records");
    }

    [Fact]
    public async Task Bad_line_ends_producing_after_the_good_ones_are_delivered()
    {
        string topic = await broker.CreateTopicAsync();
        CliOutcome outcome = await broker.RunWithInputAsync("a=1\nb=2\nnothing\nc=3\n", "produce", topic, "--key-separator", "=");
        outcome.ExitCode.ShouldBe(ExitCodes.Failed);
        outcome.ErrorLines[0].ShouldStartWith("Delivered 2 records");
        outcome.ErrorLines[1].ShouldBe("sluice: line 3 has no key separator. Without --key-separator lines need none");

        outcome = await broker.RunWithInputAsync("short\n" + new string('x', 101), "produce", topic, "--max-line-bytes", "100");
        outcome.ExitCode.ShouldBe(ExitCodes.Failed);
        outcome.Error.ShouldContain("line 2 is longer than 100 bytes");
        (await broker.RunAsync("consume", topic)).ShouldSucceed().Output.ShouldBe("1\n2\nshort\n");
    }

    [Fact]
    public async Task Record_that_is_too_large_for_the_topic_is_explained()
    {
        string topic = TestBroker.NewTopic();
        (await broker.RunAsync("topic", "create", topic, "--config", "max.message.bytes=1000")).ShouldSucceed();
        CliOutcome outcome = await broker.RunWithInputAsync(new string('x', 5000), "produce", topic, "--json");
        outcome.ExitCode.ShouldBe(ExitCodes.Failed);
        outcome.Error.ShouldContain("MESSAGE_TOO_LARGE");
        outcome.Error.ShouldContain("max.message.bytes");
        JsonElement.Parse(outcome.Output).GetProperty("failed").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task File_is_read_and_progress_is_shown()
    {
        string topic = await broker.CreateTopicAsync();
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "x\ny\n", TestContext.Current.CancellationToken);
            CliOutcome outcome = (await broker.RunAsync("produce", topic, "--from-file", file, "--progress", "--json")).ShouldSucceed();
            JsonElement.Parse(outcome.Output).GetProperty("records").GetInt64().ShouldBe(2);
            outcome.Error.ShouldContain("100 %  2 records");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed class WatchedStream : MemoryStream
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _written = New();

        internal async Task WaitForAsync(string text)
        {
            using var deadline = new CancellationTokenSource(TestCli.Deadline);
            while (true)
            {
                Task written;
                lock (_lock)
                {
                    if (Encoding.UTF8.GetString(ToArray()) == text) return;
                    written = _written.Task;
                }

                await written.WaitAsync(deadline.Token);
            }
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            lock (_lock)
            {
                base.Write(buffer, offset, count);
                _written.TrySetResult();
                _written = New();
            }
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
