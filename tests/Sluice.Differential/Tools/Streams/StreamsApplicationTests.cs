using Sluice.Conformance.Peers;

namespace Sluice.Differential.Tools.Streams;

/// <summary>A real Kafka Streams application: counts, windows and a join, with instances that come and are killed.</summary>
public sealed class StreamsApplicationTests(StreamsFixture broker) : IClassFixture<StreamsFixture>
{
    private const int RecordsCount = 16_000;
    private const int KilledAfterCount = 6_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("streams", "exactly_once_v2")]
    [InlineData("streams", "at_least_once")]
    [InlineData("classic", "exactly_once_v2")]
    [InlineData("classic", "at_least_once")]
    public async Task Results_are_right_although_an_instance_is_killed_and_another_takes_its_place(string protocol, string guarantee)
    {
        broker.SkipWithoutJava();
        string application = $"{protocol}-{guarantee}";
        bool isExact = guarantee == "exactly_once_v2";
        await broker.MakeTopics(application);
        await using ChildProcess first = broker.Run(application, protocol, guarantee, "first");
        await using ChildProcess killed = broker.Run(application, protocol, guarantee, "killed");
        foreach (ChildProcess instance in new[] { first, killed }) await instance.LineAsync(static line => line == "STATE RUNNING", Patience);

        await using ChildProcess producer = broker.Produce(application, 0, RecordsCount);
        await producer.LineAsync(static line => line == $"PRODUCED {KilledAfterCount}", Patience);
        killed.Kill();
        await using ChildProcess second = broker.Run(application, protocol, guarantee, "second");
        (await producer.ExitAsync(Patience)).ShouldBe(0, producer.Tail());
        await broker.Check(application, RecordsCount, isExact);

        // What an instance does while it ends must not count either.
        foreach (ChildProcess instance in new[] { first, second })
        {
            await instance.StopAsync(Patience);
            instance.Output().ShouldContain("CLOSED");
            instance.Output().ShouldNotContain("STATE ERROR");
        }
        await broker.Check(application, RecordsCount, isExact);
    }
}
