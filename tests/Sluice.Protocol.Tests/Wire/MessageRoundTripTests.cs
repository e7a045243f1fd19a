using Sluice.Protocol.Messages;

namespace Sluice.Protocol.Tests.Wire;

public sealed class MessageRoundTripTests
{
    [Fact]
    public void Every_default_message_survives_a_round_trip_in_every_version()
    {
        foreach (ApiDescription api in MessageCatalog.Apis)
        {
            for (short version = api.LowestVersion; version <= api.HighestVersion; version++)
            {
                RoundTrip(api.NewRequest(), api.NewRequest(), version);
            }
        }
    }

    [Fact]
    public void A_fetch_request_survives_a_round_trip()
    {
        var request = new FetchRequest { MaxWaitMs = 500, MinBytes = 1, SessionEpoch = 3, RackId = "r1" };
        FetchRequest.FetchTopic topic = request.Topics.Add();
        topic.TopicId = Uuid.NewRandom();
        FetchRequest.FetchPartition partition = topic.Partitions.Add();
        partition.Partition = 7;
        partition.FetchOffset = 1234;
        partition.HighWatermark = 99;

        var copy = new FetchRequest();
        RoundTrip(request, copy, 18);
        copy.RackId.ShouldBe("r1");
        copy.SessionEpoch.ShouldBe(3);
        copy.Topics.Count.ShouldBe(1);
        copy.Topics[0].TopicId.ShouldBe(topic.TopicId);
        copy.Topics[0].Partitions[0].FetchOffset.ShouldBe(1234);
        copy.Topics[0].Partitions[0].HighWatermark.ShouldBe(99);
    }

    private static void RoundTrip(IMessage message, IMessage copy, short version)
    {
        byte[] bytes = new byte[message.Measure(version)];
        var writer = new MessageWriter(bytes);
        message.Write(ref writer, version);
        writer.Position.ShouldBe(bytes.Length);
        var reader = new MessageReader(bytes);
        copy.Read(ref reader, version);
        reader.Remaining.ShouldBe(0);
    }
}
