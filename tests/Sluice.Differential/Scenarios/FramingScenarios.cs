using Sluice.Differential.Wire;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Frames and headers, before any API has its say.
internal static class FramingScenarios
{
    private static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(700);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.ApiVersions, "Frames of impossible sizes", async s =>
        {
            foreach (int size in new[] { 0, 1, 7, -1, int.MinValue, int.MaxValue, 104_857_601 })
            {
                s.Disconnect();
                await s.SendBytes([.. Session.Bytes(size), .. new byte[Math.Clamp(size, 0, 10)]], $"size {size}", Briefly);
            }
        }),
        new(ApiKey.ApiVersions, "A frame that never ends is waited for", async s =>
        {
            s.Disconnect();
            await s.SendBytes([.. Session.Bytes(100), 0, 18, 0, 0], "ninety-six bytes missing", Briefly);
            s.Disconnect();
        }),
        new(ApiKey.ApiVersions, "APIs and versions that nobody serves", async s =>
        {
            foreach (short key in new short[] { -1, 4, 5, 6, 7, 52, 62, 93, 500, short.MaxValue, short.MinValue })
                await s.SendFrame(ApiKey.ApiVersions, 0, RequestFrames.Header(key, 0, 1, headerVersion: 1), $"API {key}");
        }),
        new(ApiKey.ApiVersions, "Another language altogether", async s =>
        {
            foreach ((string what, byte[] bytes) in new[]
            {
                ("HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray()),
                ("TLS", (byte[])[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, .. new byte[200]]),
                ("ones", [.. Enumerable.Repeat((byte)0xff, 64)]),
                ("zeros", new byte[64]),
            })
            {
                s.Disconnect();
                await s.SendBytes(bytes, what, Briefly);
            }
        }),
        new(ApiKey.ApiVersions, "Client ids of all kinds", async s =>
        {
            ApiDescription api = MessageCatalog.Get(ApiKey.ApiVersions);
            foreach (string? client in new[] { null, "", "ü", new string('c', 30_000), "a\nb" })
            {
                foreach (short version in new short[] { 0, 3 })
                {
                    byte[] body = RequestFrames.Body(new ApiVersionsRequest { ClientSoftwareName = "d", ClientSoftwareVersion = "1" }, version);
                    await s.SendFrame(ApiKey.ApiVersions, version, RequestFrames.Frame(api, version, 0, body, client), $"client {client?.Length}");
                }
            }
        }),
        new(ApiKey.ApiVersions, "Headers cut short", async s =>
        {
            byte[] header = RequestFrames.Header((short)ApiKey.Metadata, 12, 1, headerVersion: 2);
            for (int length = 1; length < header.Length; length++) await s.SendFrame(ApiKey.Metadata, 12, header.AsMemory(0, length), $"{length} bytes");
            await s.SendFrame(ApiKey.Metadata, 12, header, "no body");
        }),
        new(ApiKey.ApiVersions, "Tagged fields in a header", async s =>
        {
            byte[] body = RequestFrames.Body(new ApiVersionsRequest { ClientSoftwareName = "d", ClientSoftwareVersion = "1" }, 3);
            byte[] header = RequestFrames.Header((short)ApiKey.ApiVersions, 3, 0, headerVersion: 2)[..^1];
            foreach ((string what, byte[] tags) in new (string, byte[])[]
            {
                ("one", [1, 5, 2, 1, 2]), ("two", [2, 5, 0, 9, 1, 7]), ("in the wrong order", [2, 9, 0, 5, 0]), ("the same twice", [2, 5, 0, 5, 0]),
                ("longer than the frame", [1, 5, 100]), ("more than there are", [200, 1]), ("an endless number", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            })
            {
                await s.SendFrame(ApiKey.ApiVersions, 3, (byte[])[.. header, .. tags, .. body], what);
            }
        }),
        new(ApiKey.ApiVersions, "Several requests at once are answered in order", async s =>
        {
            // More than one frame in the socket before the first answer is read.
            s.Disconnect();
            Topic topic = await s.Topic();
            await s.SendMany(
            [
                (ApiKey.ApiVersions, 0, new ApiVersionsRequest()),
                (ApiKey.Fetch, 12, WaitingFetch(topic)),
                (ApiKey.Metadata, 12, new MetadataRequest { Topics = new() { new() { Name = topic.Name } }, AllowAutoTopicCreation = false }),
                (ApiKey.ListOffsets, 7, new ListOffsetsRequest { ReplicaId = -1 }),
                (ApiKey.ApiVersions, 2, new ApiVersionsRequest()),
            ]);
        }),
    ];

    private static FetchRequest WaitingFetch(Topic topic)
    {
        FetchRequest request = Reading.From(topic, 0);
        request.MaxWaitMs = 300;
        request.MinBytes = 1;
        return request;
    }
}
