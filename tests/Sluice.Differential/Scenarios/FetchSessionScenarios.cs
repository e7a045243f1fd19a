using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class FetchSessionScenarios
{
    private static readonly short[] SomeVersions = [7, 11, 12, 13, 18];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.Fetch, "Session: only what changed is told", async s =>
        {
            foreach (short version in SomeVersions)
            {
                Topic topic = await s.Topic($"v{version}", 3);
                await s.Append(topic, s.Batch(2), partition: 1);
                int session = await Open(s, version, topic);
                await s.Send(Next(session, 1), version, "still the data that was not moved past");
                await s.Send(Next(session, 2, (topic, 1, 2)), version, "moved past it");
                await s.Send(Next(session, 3), version, "nothing new");
                await s.Append(topic, s.Batch(1), partition: 0);
                await s.Append(topic, s.Batch(1), partition: 2);
                await s.Send(Next(session, 4), version, "two appends");
                await s.Send(Next(session, 5, (topic, 0, 1)), version, "one of them read");
                await s.Send(Next(session, 6, (topic, 2, 1)), version, "both read");
                await s.DeleteRecordsBelow(topic, 1, partition: 1);
                await s.Send(Next(session, 7), version, "log start raised");
                await s.Send(Next(session, 8), version, "log start told once");
            }
        }),
        new(ApiKey.Fetch, "Session: epochs out of step", async s =>
        {
            foreach (short version in SomeVersions)
            {
                Topic topic = await s.Topic($"v{version}");
                await s.Append(topic, s.Batch(2));
                int session = await Open(s, version, topic);
                await s.Send(Next(session, 2), version, "one ahead");
                await s.Send(Next(session, 1), version, "as expected");
                await s.Send(Next(session, 1), version, "once more");
                await s.Send(Next(session, 2), version, "goes on");
                await s.Send(Next(session, int.MaxValue), version, "far ahead");
                await s.Send(Next(session, -5), version, "negative");
                await s.Send(Next(0, 1), version, "no session");
                await s.Send(Next(12345, 1), version, "somebody else's");
                await s.Send(Next(-1, 1), version, "negative session");
            }
        }),
        new(ApiKey.Fetch, "Session: closed and opened anew", async s =>
        {
            foreach (short version in SomeVersions)
            {
                Topic topic = await s.Topic($"v{version}", 2);
                await s.Append(topic, s.Batch(2));
                int first = await Open(s, version, topic);
                FetchRequest again = Full(topic, epoch: 0);
                again.SessionId = first;
                FetchResponse? second = await s.Send(again, version, "opened anew");
                s.Note($"v{version} another session", second?.SessionId != first);
                await s.Send(Next(first, 1), version, "the first one is gone");
                FetchRequest close = Full(topic, epoch: -1);
                close.SessionId = second?.SessionId ?? 0;
                await s.Send(close, version, "closed");
                await s.Send(Next(second?.SessionId ?? 0, 1), version, "the second one is gone");
                await s.Send(Full(topic, epoch: -1), version, "without a session");
            }
        }),
        new(ApiKey.Fetch, "Session: partitions forgotten and added", async s =>
        {
            foreach (short version in SomeVersions)
            {
                Topic topic = await s.Topic($"v{version}", 3);
                Topic other = await s.Topic($"other-v{version}");
                for (int partition = 0; partition < 3; partition++) await s.Append(topic, s.Batch(1), partition);
                await s.Append(other, s.Batch(1));
                int session = await Open(s, version, topic);
                FetchRequest request = Next(session, 1);
                request.ForgottenTopicsData.Add(new() { Topic = topic.Name, TopicId = topic.Id, Partitions = { 1 } });
                await s.Send(request, version, "one forgotten");
                await s.Send(Next(session, 2, (other, 0, 0)), version, "one added");
                request = Next(session, 3, (topic, 1, 0));
                request.ForgottenTopicsData.Add(new() { Topic = topic.Name, TopicId = topic.Id, Partitions = { 0, 2 } });
                await s.Send(request, version, "one back, two forgotten");
                request = Next(session, 4);
                request.ForgottenTopicsData.Add(new() { Topic = topic.Name, TopicId = topic.Id, Partitions = { 0, 77 } });
                await s.Send(request, version, "forgotten that was not there");
                request = Next(session, 5);
                request.ForgottenTopicsData.Add(new() { Topic = topic.Name, TopicId = topic.Id, Partitions = { 1 } });
                request.ForgottenTopicsData.Add(new() { Topic = other.Name, TopicId = other.Id, Partitions = { 0 } });
                await s.Send(request, version, "all forgotten");
                await s.Send(Next(session, 6), version, "then it is gone");
            }
        }),
        new(ApiKey.Fetch, "Session: errors are told every time", async s =>
        {
            foreach (short version in SomeVersions)
            {
                Topic topic = await s.Topic($"v{version}");
                await s.Append(topic, s.Batch(1));
                FetchRequest request = Full(topic, epoch: 0);
                request.Topics.Add(Reading.From(new Topic(s.Name("missing"), ProduceScenarios.UnknownId, 1), 0).Topics[0]);
                request.Topics[0].Partitions[0].FetchOffset = 50;
                FetchResponse? opened = await s.Send(request, version, "opened with errors");
                int session = opened?.SessionId ?? 0;
                await s.Send(Next(session, 1), version, "errors again");
                await s.Send(Next(session, 2, (topic, 0, 0)), version, "one mended");
                await s.Send(Next(session, 3, (topic, 0, 1)), version, "read");
                await s.Send(Next(session, 4), version, "the other error again");
            }
        }),
        new(ApiKey.Fetch, "Session: names and ids do not mix", async s =>
        {
            Topic topic = await s.Topic();
            await s.Append(topic, s.Batch(1));
            int byName = await Open(s, 12, topic);
            await s.Send(Next(byName, 1), 13, "opened by name, used by id");
            await s.Send(Next(byName, 1), 12, "goes on by name");
            int byId = await Open(s, 13, topic);
            await s.Send(Next(byId, 1), 12, "opened by id, used by name");
            await s.Send(Next(byId, 1), 13, "goes on by id");
        }),
        new(ApiKey.Fetch, "Session: an empty one", async s =>
        {
            foreach (short version in SomeVersions)
            {
                FetchResponse? opened = await s.Send(new FetchRequest { SessionEpoch = 0 }, version, "opened with nothing");
                await s.Send(Next(opened?.SessionId ?? 0, 1), version, "then asked");
            }
        }),
        new(ApiKey.Fetch, "Session: a partition with data goes to the end", async s =>
        {
            Topic topic = await s.Topic("fair", 3);
            for (int partition = 0; partition < 3; partition++)
            {
                for (int i = 0; i < 3; i++) await s.Append(topic, s.Batch(1, valueBytes: 500), partition);
            }
            FetchRequest open = Full(topic, epoch: 0);
            open.MaxBytes = 700;
            FetchResponse? opened = await s.Send(open, 12, "full");
            for (int epoch = 1; epoch < 7; epoch++)
            {
                FetchRequest request = Next(opened?.SessionId ?? 0, epoch);
                request.MaxBytes = 700;
                await s.Send(request, 12, $"epoch {epoch}");
            }
        }),
        new(ApiKey.Fetch, "Session: a waiting fetch is woken by any of its partitions", async s =>
        {
            Topic topic = await s.Topic("wait", 2);
            int session = await Open(s, 12, topic);
            FetchRequest request = Next(session, 1);
            request.MaxWaitMs = 10_000;
            request.MinBytes = 1;
            Task<FetchResponse?> waiting = s.Send(request, 12, "woken");
            await s.Append(topic, s.Batch(1), partition: 1);
            await waiting;
        }),
    ];

    private static async Task<int> Open(Session s, short version, Topic topic)
    {
        FetchResponse? response = await s.Send(Full(topic, epoch: 0), version, "opened");
        return response?.SessionId ?? 0;
    }

    private static FetchRequest Full(Topic topic, int epoch)
    {
        FetchRequest request = new() { SessionEpoch = epoch };
        FetchRequest.FetchTopic asked = new() { Topic = topic.Name, TopicId = topic.Id };
        for (int i = 0; i < topic.PartitionsCount; i++) asked.Partitions.Add(new() { Partition = i, PartitionMaxBytes = 1 << 20 });
        request.Topics.Add(asked);
        return request;
    }

    private static FetchRequest Next(int session, int epoch, params (Topic Topic, int Partition, long Offset)[] changes)
    {
        FetchRequest request = new() { SessionId = session, SessionEpoch = epoch };
        foreach ((Topic topic, int partition, long offset) in changes)
        {
            request.Topics.Add(new()
            {
                Topic = topic.Name,
                TopicId = topic.Id,
                Partitions = { new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 1 << 20 } },
            });
        }
        return request;
    }
}
