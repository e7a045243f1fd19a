using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sluice.Cli.Output;
using Sluice.Cli.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Cli.Tests.EndToEnd;

/// <summary>What becomes of lines, and what the user is told, when the broker does not do its part.</summary>
public sealed class ProduceTroubleTests
{
    [Fact]
    public async Task Lines_are_stored_once_each_although_the_broker_is_away_for_a_while()
    {
        await using var broker = new TestBroker();
        await broker.InitializeAsync();
        string topic = await broker.CreateTopicAsync(2);
        var pipe = new Pipe();
        using var output = new MemoryStream();
        using var error = new StringWriter();
        CliConsole console = TestCli.Console(output, error, pipe.Reader.AsStream(), broker.BootstrapServer);
        Task<int> producing = SluiceCommandLine.RunAsync(["produce", topic, "--batch-bytes", "2000", "--json"], console, TestCli.NoServe, CancellationToken.None);

        await WriteLinesAsync(pipe.Writer, 0, 20_000);
        await broker.StopAsync();
        await WriteLinesAsync(pipe.Writer, 20_000, 40_000);
        await broker.StartAgainAsync();
        await WriteLinesAsync(pipe.Writer, 40_000, 60_000);
        await pipe.Writer.CompleteAsync();

        (await producing.WaitAsync(TestCli.Deadline)).ShouldBe(ExitCodes.Ok, error.ToString());
        JsonElement summary = JsonElement.Parse(Encoding.UTF8.GetString(output.ToArray()));
        summary.GetProperty("records").GetInt64().ShouldBe(60_000);
        summary.GetProperty("failed").GetInt64().ShouldBe(0);
        string[] stored = (await broker.RunAsync("consume", topic)).ShouldSucceed().OutputLines;
        stored.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 60_000).Select(Line).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Interrupted_while_nobody_answers_it_ends_soon_and_tells_what_was_not_acknowledged()
    {
        var isAsked = new TaskCompletionSource();
        await using var broker = new ScriptedBroker(_ =>
        {
            isAsked.TrySetResult();
            return Task.FromResult<IMessage?>(null);
        });
        using var error = new StringWriter();
        using var interrupt = new CancellationTokenSource();
        var time = new FakeTimeProvider();
        var console = new CliConsole
        {
            Input = new MemoryStream("one\ntwo\n"u8.ToArray()),
            Output = new StandardOutput(Stream.Null),
            Error = error,
            Environment = _ => null,
            Time = time,
        };
        Task<int> producing = SluiceCommandLine.RunAsync(
            ["produce", ScriptedBroker.Topic, "--linger-ms", "0", "-b", broker.Endpoint.ToString()], console, TestCli.NoServe, interrupt.Token);

        await isAsked.Task.WaitAsync(TestCli.Deadline);
        await interrupt.CancelAsync();
        using var deadline = new CancellationTokenSource(TestCli.Deadline);
        while (!producing.IsCompleted)
        {
            // Less than the time after which the request itself is given up.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, deadline.Token);
        }

        (await producing).ShouldBe(ExitCodes.Interrupted);
        error.ToString().ShouldContain("Delivered 0 records");
        error.ToString().ShouldContain("2 records not acknowledged");
    }

    [Fact]
    public async Task Refused_for_good_it_tells_both_how_much_was_delivered_and_why_no_more()
    {
        await using var broker = new ScriptedBroker(request => Task.FromResult<IMessage?>(Refuse(request)));
        string input = string.Concat(Enumerable.Range(0, 100_000).Select(number => Line(number) + "\n"));
        CliOutcome outcome = await TestCli.RunAsync(["produce", ScriptedBroker.Topic, "--batch-bytes", "1000"], input, broker.Endpoint.ToString());

        outcome.ExitCode.ShouldBe(ExitCodes.Failed);
        outcome.ErrorLines.Length.ShouldBe(2, outcome.Error);
        outcome.ErrorLines[0].ShouldStartWith("Delivered 0 records");
        outcome.ErrorLines[0].ShouldEndWith("not acknowledged.");
        outcome.ErrorLines[1].ShouldContain("INVALID_PRODUCER_EPOCH");
    }

    [Theory]
    [InlineData("0", "Sent 1 record ", "Nobody acknowledged them (--acks 0).")]
    [InlineData("1", "Delivered 1 record ", "Repeated and perhaps stored twice: 1 of the batches")]
    [InlineData("all", "Delivered 1 record ", "records/s, 0.0 MB/s.")]
    public async Task What_the_acknowledgement_leaves_open_is_told(string acks, string begin, string end)
    {
        int requestsCount = 0;
        await using var broker = new ScriptedBroker(request => Task.FromResult<IMessage?>(
            Answer(request, Interlocked.Increment(ref requestsCount) == 1 ? ErrorCode.NotLeaderOrFollower : ErrorCode.None)));
        CliOutcome outcome = await TestCli.RunAsync(["produce", ScriptedBroker.Topic, "--acks", acks], "line\n", broker.Endpoint.ToString());

        outcome.ShouldSucceed();
        outcome.ErrorLines.ShouldHaveSingleItem().ShouldStartWith(begin);
        outcome.Error.ShouldContain(end);
        if (acks == "all") outcome.Error.ShouldNotContain("twice");
    }

    private static ProduceResponse Refuse(ScriptedRequest request) => Answer(request, ErrorCode.InvalidProducerEpoch);

    private static ProduceResponse Answer(ScriptedRequest request, ErrorCode error)
    {
        var body = (ProduceRequest)request.Body;
        var response = new ProduceResponse();
        ProduceResponse.TopicProduceResponse topic = response.Responses.Add();
        (topic.Name, topic.TopicId) = (body.TopicData[0].Name, body.TopicData[0].TopicId);
        ProduceResponse.PartitionProduceResponse partition = topic.PartitionResponses.Add();
        (partition.Index, partition.ErrorCode) = (body.TopicData[0].PartitionData[0].Index, error);
        return response;
    }

    private static string Line(int number) => $"line {number}";

    private static async Task WriteLinesAsync(PipeWriter writer, int first, int end)
    {
        for (int number = first; number < end; number += 1000)
        {
            string chunk = string.Concat(Enumerable.Range(number, 1000).Select(line => Line(line) + "\n"));
            await writer.WriteAsync(Encoding.UTF8.GetBytes(chunk));
        }
    }
}
