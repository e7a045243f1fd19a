using Sluice.Protocol.Messages;
using Sluice.Protocol.Tests.Model;

namespace Sluice.Protocol.Tests.Wire;

/// <summary>Once an instance has seen a message, one like it costs no memory.</summary>
public sealed class SteadyStateAllocationTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Reading_a_produce_request_again_allocates_nothing(short version)
    {
        var request = new ProduceRequest { TransactionalId = "payments", Acks = -1, TimeoutMs = 30_000 };
        for (int t = 0; t < 3; t++)
        {
            ProduceRequest.TopicProduceData topic = request.TopicData.Add();
            if (version >= 13) topic.TopicId = Uuid.NewRandom();
            else topic.Name = $"orders-{t}-größe";
            for (int p = 0; p < 20; p++)
            {
                ProduceRequest.PartitionProduceData partition = topic.PartitionData.Add();
                partition.Index = p;
                partition.Records = new Messages.Records(new byte[100]);
            }
        }

        AllocatedByReading(new ProduceRequest(), Codec.Write(request, version), version).ShouldBe(0);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(18)]
    public void Reading_a_fetch_request_again_allocates_nothing(short version)
    {
        var request = new FetchRequest { ClusterId = "cluster", RackId = "rack-1", MaxWaitMs = 500 };
        for (int t = 0; t < 3; t++)
        {
            FetchRequest.FetchTopic topic = request.Topics.Add();
            FetchRequest.ForgottenTopic forgotten = request.ForgottenTopicsData.Add();
            if (version >= 13) topic.TopicId = forgotten.TopicId = Uuid.NewRandom();
            else topic.Topic = forgotten.Topic = $"orders-{t}";
            forgotten.Partitions.AddRange([1, 2, 3]);
            for (int p = 0; p < 20; p++) topic.Partitions.Add().Partition = p;
        }

        AllocatedByReading(new FetchRequest(), Codec.Write(request, version), version).ShouldBe(0);
    }

    [Fact]
    public void Reading_a_request_with_nullable_lists_again_allocates_nothing()
    {
        var heartbeat = new ConsumerGroupHeartbeatRequest { GroupId = "g", MemberId = "m", SubscribedTopicNames = ["a", "b"], TopicPartitions = new() };
        heartbeat.TopicPartitions.Add().Partitions.Add(1);
        AllocatedByReading(new ConsumerGroupHeartbeatRequest(), Codec.Write(heartbeat, 1), 1).ShouldBe(0);

        var metadata = new MetadataRequest();
        metadata.Topics!.Add().Name = "orders";
        AllocatedByReading(new MetadataRequest(), Codec.Write(metadata, 13), 13).ShouldBe(0);
    }

    [Fact]
    public void Filling_measuring_and_writing_a_response_again_allocates_nothing()
    {
        var response = new FetchResponse();
        byte[] buffer = new byte[100_000];
        var pieces = new List<ExternalRecordsPiece>();
        var external = new External();
        long before = 0;
        for (int round = 0; round < 20; round++)
        {
            if (round == 10) before = GC.GetAllocatedBytesForCurrentThread();
            response.Reset();
            pieces.Clear();
            for (int t = 0; t < 3; t++)
            {
                FetchResponse.FetchableTopicResponse topic = response.Responses.Add();
                topic.Topic = "orders";
                for (int p = 0; p < 20; p++)
                {
                    FetchResponse.PartitionData partition = topic.Partitions.Add();
                    partition.PartitionIndex = p;
                    partition.CurrentLeader.LeaderId = p;
                    partition.Records = new Messages.Records(external);
                }
            }

            response.Measure(12);
            var writer = new MessageWriter(buffer, pieces);
            response.Write(ref writer, 12);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static long AllocatedByReading(IMessage message, byte[] bytes, short version)
    {
        var strings = new StringCache();
        for (int i = 0; i < 3; i++) Codec.Read(message, bytes, version, strings);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) Codec.Read(message, bytes, version, strings);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class External : IExternalRecords
    {
        public int SizeBytes => 1_000_000;
    }
}
