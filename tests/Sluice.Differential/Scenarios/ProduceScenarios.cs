using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Differential.Scenarios;

internal static class ProduceScenarios
{
    public static readonly Uuid UnknownId = Uuid.Parse("AAECAwQFBgcICQoLDA0ODw");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Produce, "Every codec in every version", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                foreach (CompressionType codec in Enum.GetValues<CompressionType>())
                    await s.Send(To(topic, s.Batch(new BatchOptions { RecordsCount = 3, Compression = codec })), version, $"{codec}");
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "Every kind of acknowledgement in every version", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                foreach (short acks in new short[] { -1, 1, 2, -2, short.MaxValue })
                    await s.Send(To(topic, s.Batch(1), acks), version, $"acks {acks}");
                await s.SendUnanswered(To(topic, s.Batch(1), acks: 0), version, "acks 0");
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "Without acknowledgement an error closes the connection", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in new short[] { 3, 8, 9, 12 })
            {
                await s.SendUnanswered(To(topic with { Name = s.Name("missing") }, s.Batch(1), acks: 0), version, "unknown topic");
                await s.SendUnanswered(To(topic, s.Batch(1), acks: 0, partition: 9), version, "unknown partition");
                await s.SendUnanswered(To(topic, Session.PatchBelowCrc(s.Batch(1), RecordBatchFormat.CrcPosition, Session.Bytes(1)), acks: 0), version, "bad CRC");
                await s.SendUnanswered(new ProduceRequest { Acks = 0, TimeoutMs = 1000 }, version, "nothing at all");
            }
            await s.SendUnanswered(To(topic with { Id = UnknownId }, s.Batch(1), acks: 0), 13, "unknown id");
        }),
        new(ApiKey.Produce, "Topics and partitions that do not exist", async s =>
        {
            Topic topic = await s.Topic(partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                await s.Send(To(topic with { Name = s.Name("missing"), Id = UnknownId }, s.Batch(1)), version, "unknown topic");
                await s.Send(To(topic with { Name = "a b", Id = Uuid.Zero }, s.Batch(1)), version, "impossible topic");
                await s.Send(To(topic with { Name = "", Id = Uuid.Zero }, s.Batch(1)), version, "no topic");
                foreach (int partition in new[] { 2, -1, int.MaxValue }) await s.Send(To(topic, s.Batch(1), partition: partition), version, $"partition {partition}");
            }
        }),
        new(ApiKey.Produce, "A failing partition does not stop the others", async s =>
        {
            Topic one = await s.Topic("one", 3);
            Topic two = await s.Topic("two");
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                ProduceRequest request = To(one, s.Batch(2));
                ProduceRequest.TopicProduceData first = request.TopicData[0];
                first.PartitionData.Add(new() { Index = 7, Records = new Records(s.Batch(1)) });
                first.PartitionData.Add(new() { Index = 2, Records = new Records(Session.PatchBelowCrc(s.Batch(1), RecordBatchFormat.CrcPosition, Session.Bytes(1))) });
                first.PartitionData.Add(new() { Index = 1, Records = new Records(s.Batch(1)) });
                request.TopicData.Add(To(two, s.Batch(4)).TopicData[0]);
                request.TopicData.Add(To(two with { Name = s.Name("missing"), Id = UnknownId }, s.Batch(1)).TopicData[0]);
                await s.Send(request, version, "six partitions");
            }
        }),
        new(ApiKey.Produce, "Requests with nothing in them", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                await s.Send(new ProduceRequest { Acks = -1, TimeoutMs = 1000 }, version, "no topic");
                await s.Send(new ProduceRequest { Acks = -1, TimeoutMs = 1000, TopicData = { new() { Name = topic.Name, TopicId = topic.Id } } }, version, "no partition");
                await s.Send(To(topic, []), version, "records of zero bytes");
            }
        }),
        new(ApiKey.Produce, "The same partition twice in one request", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in new short[] { 3, 9, 13 })
            {
                ProduceRequest request = To(topic, s.Batch(2));
                request.TopicData[0].PartitionData.Add(new() { Index = 0, Records = new Records(s.Batch(3)) });
                await s.Send(request, version, "in one topic");
                request = To(topic, s.Batch(2));
                request.TopicData.Add(To(topic, s.Batch(3)).TopicData[0]);
                await s.Send(request, version, "in two topics");
            }
            await s.Send(Reading.From(topic, 0), 12, "what was kept");
        }),
        new(ApiKey.Produce, "A transactional id without a transaction", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.Produce))
            {
                ProduceRequest request = To(topic, s.Batch(1));
                request.TransactionalId = "somebody";
                await s.Send(request, version, "a batch that is not transactional");
            }
        }),
        new(ApiKey.Produce, "Zero and negative timeouts", async s =>
        {
            Topic topic = await s.Topic();
            foreach (int timeoutMs in new[] { 0, -1, int.MinValue, int.MaxValue })
            {
                ProduceRequest request = To(topic, s.Batch(1));
                request.TimeoutMs = timeoutMs;
                await s.Send(request, 11, $"{timeoutMs} ms");
            }
        }),
    ];

    public static ProduceRequest To(Topic topic, byte[] records, short acks = -1, int partition = 0) => new()
    {
        Acks = acks,
        TimeoutMs = 10_000,
        TopicData = { new() { Name = topic.Name, TopicId = topic.Id, PartitionData = { new() { Index = partition, Records = new Records(records) } } } },
    };
}
