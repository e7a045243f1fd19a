using System.Text;
using Sluice.Differential.Peers;
using Sluice.Differential.Wire;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Logging in: the order of requests, and what is told to those who may not.
internal static class SaslScenarios
{
    private const string GoodMessage = $"\0{SaslSettings.User}\0{SaslSettings.Password}";

    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.SaslHandshake, "Every version, and the mechanisms that are offered", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.SaslHandshake))
            {
                s.Disconnect();
                await s.Send(Handshake("PLAIN"), version, "one that is offered");
                foreach (string mechanism in new[] { "GSSAPI", "plain", "", "SCRAM-SHA-1" })
                {
                    s.Disconnect();
                    await s.Send(Handshake(mechanism), version, $"'{mechanism}'");
                    await s.Send(Metadata(), 12, $"version {version}, Metadata behind '{mechanism}'", Briefly);
                }
            }
        }) { HasSaslListener = true },
        new(ApiKey.SaslHandshake, "On a listener that asks nobody", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.SaslHandshake)) await s.Send(Handshake("PLAIN"), version, "handshake");
            foreach (short version in Session.Versions(ApiKey.SaslAuthenticate)) await s.Send(Authenticate(GoodMessage), version, "authenticate");
            await s.Send(Metadata(), 12, "goes on");
        }),
        new(ApiKey.SaslAuthenticate, "PLAIN, good and bad", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.SaslAuthenticate))
            {
                foreach ((string what, string message) in new (string, string)[]
                {
                    ("good", GoodMessage), ("with its own authorization id", $"{SaslSettings.User}{GoodMessage}"), ("wrong password", $"\0{SaslSettings.User}\0x"),
                    ("unknown user", "\0nobody\0x"), ("no user", "\0\0x"), ("no password", $"\0{SaslSettings.User}\0"), ("nothing", ""), ("one part", "x"),
                    ("two parts", "x\0y"), ("four parts", $"{GoodMessage}\0"), ("six parts", "\0\0\0\0\0"), ("another authorization id", $"root{GoodMessage}"),
                })
                {
                    s.Disconnect();
                    await s.Send(Handshake("PLAIN"), 1, $"{what}, version {version}: handshake");
                    await s.Send(Authenticate(message), version, what);
                    await s.Send(Metadata(), 12, $"{what}, version {version}: Metadata", Briefly);
                }
            }
        }) { HasSaslListener = true },
        new(ApiKey.SaslAuthenticate, "SCRAM and OAUTHBEARER refused", async s =>
        {
            foreach ((string mechanism, string message) in new (string, string)[]
            {
                ("SCRAM-SHA-256", "n,,n=nobody,r=abc"), ("SCRAM-SHA-512", "n,,n=nobody,r=abc"), ("SCRAM-SHA-256", "nonsense"), ("SCRAM-SHA-256", ""),
                ("SCRAM-SHA-256", "y,,n=nobody,r=abc"), ("SCRAM-SHA-256", "n,,n=nobody,r=abc,tokenauth=true"), ("OAUTHBEARER", ""), ("OAUTHBEARER", "nonsense"),
                ("OAUTHBEARER", "n,,\u0001auth=Basic abc\u0001\u0001"),
            })
            {
                s.Disconnect();
                await s.Send(Handshake(mechanism), 1, $"{mechanism} '{message}': handshake");
                await s.Send(Authenticate(message), 2, $"{mechanism} '{message}'");
            }
        }) { HasSaslListener = true },
        new(ApiKey.SaslAuthenticate, "A token that nobody believes is told so first", async s =>
        {
            foreach (string token in new[] { "abc", "abc.def.ghi", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4IiwiZXhwIjoxfQ." })
            {
                s.Disconnect();
                await s.Send(Handshake("OAUTHBEARER"), 1, $"{token}: handshake");
                await s.Send(Authenticate($"n,,\u0001auth=Bearer {token}\u0001\u0001"), 2, token);
                await s.Send(Authenticate("\u0001"), 2, $"{token}: acknowledged");
            }
        }) { HasSaslListener = true },
        new(ApiKey.SaslAuthenticate, "Requests out of order", async s =>
        {
            await s.Send(Metadata(), 12, "Metadata first", Briefly);
            s.Disconnect();
            await s.Send(Authenticate(GoodMessage), 2, "SaslAuthenticate first", Briefly);
            s.Disconnect();
            await s.Send(Versions(), 4, "ApiVersions, whose list is compared elsewhere", Briefly);
            await s.Send(Versions(), 4, "ApiVersions again", Briefly);
            s.Disconnect();
            foreach (IMessage request in new IMessage[] { Metadata(), Versions(), new ListGroupsRequest(), Handshake("PLAIN") })
            {
                s.Disconnect();
                ApiDescription api = RequestFrames.ApiOf(request);
                short version = Math.Min(api.HighestStableVersion, (short)4);
                await s.Send(Handshake("PLAIN"), 1, $"handshake before {api.Key}");
                await s.SendBody(api.Key, version, RequestFrames.Body(request, version), $"{api.Key} behind the handshake");
                await s.SendBody(api.Key, version, RequestFrames.Body(request, version), $"{api.Key} again", patience: Briefly);
            }
        }) { HasSaslListener = true },
        new(ApiKey.SaslHandshake, "Bare messages behind version 0", async s =>
        {
            await s.Send(Handshake("PLAIN"), 0, "handshake");
            await s.SendBytes(Sized(GoodMessage), "good", Briefly);
            await s.Send(Metadata(), 12, "Metadata");
            s.Disconnect();
            await s.Send(Handshake("PLAIN"), 0, "handshake before bad");
            await s.SendBytes(Sized("\0nobody\0x"), "bad", Briefly);
        }) { HasSaslListener = true },
        new(ApiKey.SaslAuthenticate, "Authenticating again", async s =>
        {
            foreach ((string what, string mechanism, string message) in new (string, string, string)[]
            {
                ("as the same", "PLAIN", GoodMessage), ("as another", "PLAIN", "\0bob\0bob's"), ("wrongly", "PLAIN", $"\0{SaslSettings.User}\0x"),
            })
            {
                s.Disconnect();
                await LogIn(s, what);
                await s.Send(Authenticate(GoodMessage), 2, $"{what}: without a handshake");
                await s.Send(Handshake(mechanism), 1, $"{what}: handshake");
                await s.Send(Authenticate(message), 2, what);
                await s.Send(Metadata(), 12, $"{what}: Metadata", Briefly);
                await s.Send(Handshake(mechanism), 1, $"{what}: at once again", Briefly);
            }
        }) { HasSaslListener = true },
    ];

    /// <summary>Logs in by PLAIN.</summary>
    public static async Task LogIn(Session s, string what)
    {
        await s.Send(Handshake("PLAIN"), 1, $"{what}: first handshake");
        await s.Send(Authenticate(GoodMessage), 2, $"{what}: first time");
    }

    private static SaslHandshakeRequest Handshake(string mechanism) => new() { Mechanism = mechanism };

    private static SaslAuthenticateRequest Authenticate(string message) => new() { AuthBytes = Encoding.UTF8.GetBytes(message) };

    private static MetadataRequest Metadata() => new() { Topics = [] };

    private static ApiVersionsRequest Versions() => new() { ClientSoftwareName = "d", ClientSoftwareVersion = "1" };

    private static byte[] Sized(string message) => [.. Session.Bytes(Encoding.UTF8.GetByteCount(message)), .. Encoding.UTF8.GetBytes(message)];
}
