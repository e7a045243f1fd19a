using Sluice.Conformance.Peers;

namespace Sluice.Differential.Tools.Streams;

/// <summary>Kafka's own tool for streams groups, with a real application in the group.</summary>
public sealed class StreamsGroupToolsTests(StreamsFixture broker) : IClassFixture<StreamsFixture>
{
    private const string Application = "managed";
    private const int RecordsCount = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Streams_groups_are_listed_described_reset_and_deleted()
    {
        broker.SkipWithoutJava();
        await broker.MakeTopics(Application);
        await using (ChildProcess producer = broker.Produce(Application, 0, RecordsCount)) (await producer.ExitAsync(Patience)).ShouldBe(0, producer.Tail());
        await using (ChildProcess instance = broker.Run(Application, "streams", "exactly_once_v2", "only"))
        {
            await instance.LineAsync(static line => line == "STATE RUNNING", Patience);
            await broker.Check(Application, RecordsCount, isExact: true);

            (await Run("--list")).Succeeded().Output.Split('\n').ShouldContain(Application);
            (await Run("--list", "--state")).Succeeded().Output.ShouldContain("Stable");
            (await Run("--describe", "--group", Application, "--state", "--verbose")).Succeeded().Output.ShouldContain("Stable");
            string members = (await Run("--describe", "--group", Application, "--members", "--verbose")).Succeeded().Output;
            members.ShouldContain("ACTIVE:");
            (await Run("--describe", "--group", Application, "--offsets", "--verbose")).Succeeded().Output.ShouldContain($"{Application}-lines");
            (await Run("--delete", "--group", Application)).Output.ShouldContain("not empty", Case.Insensitive);
            await instance.StopAsync(Patience);
            instance.Output().ShouldContain("CLOSED");
        }

        (await Run("--list", "--state", "Empty")).Succeeded().Output.ShouldContain(Application);
        (await Run("--describe", "--group", Application, "--state")).Succeeded().Output.ShouldContain("Empty");
        (await Run("--reset-offsets", "--group", Application, "--input-topic", $"{Application}-lines", "--to-earliest", "--execute")).Succeeded().Output.ShouldContain("NEW-OFFSET");
        (await Run("--delete-offsets", "--group", Application, "--input-topic", $"{Application}-names")).Succeeded().Output.ShouldContain("Successful");
        (await Run("--delete", "--group", Application)).Succeeded().Output.ShouldContain("was successful");
        (await Run("--list")).Succeeded().Output.Split('\n').ShouldNotContain(Application);
    }

    private Task<ToolResult> Run(params string[] arguments) => KafkaTool.Run(["org.apache.kafka.tools.streams.StreamsGroupCommand", "--bootstrap-server", broker.Bootstrap, .. arguments]);
}
