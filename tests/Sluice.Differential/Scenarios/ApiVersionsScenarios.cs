using Sluice.Differential.Wire;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class ApiVersionsScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.ApiVersions, "Every version tells what is served", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.ApiVersions)) await s.Send(Request(), version, "ask");
        }),
        new(ApiKey.ApiVersions, "A version too new is answered in version 0", async s =>
        {
            foreach (short version in new short[] { 5, 99, short.MaxValue, -1 })
            {
                byte[] header = RequestFrames.Header((short)ApiKey.ApiVersions, version, 77, headerVersion: 2);
                await s.SendFrame(ApiKey.ApiVersions, version, header, "without a body", answerVersion: 0);
                await s.SendFrame(ApiKey.ApiVersions, version, (byte[])[.. header, 1, 2, 3, 255], "with a body nobody can read", answerVersion: 0);
            }
        }),
        new(ApiKey.ApiVersions, "The client's software must have a sensible name", async s =>
        {
            foreach (short version in new short[] { 3, 4 })
            {
                foreach (string name in new[] { "", "-", "a", "a-", "-a", "a b", "a_b", "a.b", "a\n", "ä" })
                {
                    await s.Send(new ApiVersionsRequest { ClientSoftwareName = name, ClientSoftwareVersion = "1" }, version, $"name {name.Length} {Convert.ToHexString([.. name.Select(static c => (byte)c)])}");
                    await s.Send(new ApiVersionsRequest { ClientSoftwareName = "x", ClientSoftwareVersion = name }, version, $"version {name.Length} {Convert.ToHexString([.. name.Select(static c => (byte)c)])}");
                }
            }
        }),
        new(ApiKey.ApiVersions, "It may be asked again and again", async s =>
        {
            await s.Send(Request(), 3, "first");
            await s.Send(Request(), 0, "second");
            await s.Send(Request(), 4, "third");
        }),
    ];

    private static ApiVersionsRequest Request() => new() { ClientSoftwareName = "differential", ClientSoftwareVersion = "1.0" };
}
