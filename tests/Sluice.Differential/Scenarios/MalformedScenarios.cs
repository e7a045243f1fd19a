using Sluice.Differential.Wire;
using Sluice.Protocol;

namespace Sluice.Differential.Scenarios;

// Requests that no client sends: every API in every version.
internal static class MalformedScenarios
{
    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. SampleRequests.Apis.Select(static key => new Scenario(key, "A good request, cut short anywhere", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(key))
            {
                byte[] body = RequestFrames.Body(SampleRequests.Of(key, version, topic, s), version);
                await s.SendBody(key, version, body, "whole");
                foreach (int length in Places(body.Length)) await s.SendBody(key, version, body.AsMemory(0, length), $"{body.Length - length} bytes missing", patience: Briefly);
            }
        })),
        .. SampleRequests.Apis.Select(static key => new Scenario(key, "A good request and more behind it", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(key))
            {
                byte[] body = RequestFrames.Body(SampleRequests.Of(key, version, topic, s), version);
                await s.SendBody(key, version, (byte[])[.. body, 0], "a zero", patience: Briefly);
                await s.SendBody(key, version, (byte[])[.. body, 1, 2, 3, 255], "four bytes", patience: Briefly);
            }
        })),
        .. SampleRequests.Apis.Select(static key => new Scenario(key, "Versions below and above those served", async s =>
        {
            ApiDescription api = MessageCatalog.Get(key);
            foreach (short version in new[] { (short)-1, (short)(api.LowestVersion - 1), (short)(api.HighestStableVersion + 1), short.MaxValue })
            {
                if (version < -1 || api.Key == ApiKey.ApiVersions) continue;
                await s.SendFrame(key, version, (byte[])[.. RequestFrames.Header((short)key, version, 1, headerVersion: 1), .. new byte[40]], "forty zeros", patience: Briefly);
            }
        })),
        .. SampleRequests.Apis.Select(static key => new Scenario(key, "Tagged fields nobody knows", async s =>
        {
            Topic topic = await s.Topic();
            ApiDescription api = MessageCatalog.Get(key);
            foreach (short version in Session.Versions(key).Where(api.IsFlexible))
            {
                byte[] body = RequestFrames.Body(SampleRequests.Of(key, version, topic, s), version);
                foreach ((string what, byte[] tags) in new (string, byte[])[]
                {
                    ("one", [1, 77, 3, 1, 2, 3]), ("two", [2, 77, 0, 78, 1, 9]), ("in the wrong order", [2, 78, 0, 77, 0]), ("the same twice", [2, 77, 0, 77, 0]),
                    ("longer than the frame", [1, 77, 100]), ("more than there are", [90, 77, 0]),
                })
                {
                    await s.SendBody(key, version, (byte[])[.. body[..^1], .. tags], what, patience: Briefly);
                }
            }
        })),
        // Not CreatePartitions: a count of millions keeps Kafka's controller busy for minutes. Not DescribeShareGroupOffsets: Kafka never answers
        // for a partition that does not exist.
        .. SampleRequests.Apis.Where(static key => key is not (ApiKey.CreatePartitions or ApiKey.DescribeShareGroupOffsets)).Select(static key => new Scenario(key, "Every byte of a request replaced", async s =>
        {
            // Lengths, counts, flags and names that lie, whichever byte it is. Numbers in answers that follow from them are compared as well.
            Topic topic = await s.Topic();
            ApiDescription api = MessageCatalog.Get(key);
            foreach (short version in new[] { api.LowestVersion, api.HighestStableVersion }.Distinct())
            {
                byte[] body = RequestFrames.Body(SampleRequests.Of(key, version, topic, s), version);
                int idPosition = body.AsSpan().IndexOf(RequestFrames.BytesOf(topic.Id));
                foreach (int position in Places(body.Length).Reverse())
                {
                    // The id differs between peers, and so would what becomes of it.
                    if (idPosition >= 0 && position >= idPosition && position < idPosition + Uuid.SizeBytes) continue;
                    foreach (byte value in new byte[] { 0xff, 0x7f, 0x00 })
                    {
                        if (body[position] == value) continue;
                        byte[] damaged = [.. body];
                        damaged[position] = value;
                        await s.SendBody(key, version, damaged, $"byte {position - body.Length} is {value}", patience: Briefly);
                    }
                }
            }
        })),
    ];

    // Every place near both ends, and some between: the long middle of a request is a name or a batch.
    private static IEnumerable<int> Places(int length) =>
        Enumerable.Range(0, length).Where(place => place < 24 || place >= length - 40 || place % 7 == 0);
}
