using System.Text.Json;
using Sluice.Broker;
using Sluice.Cli.Tests.Support;
using Sluice.Metadata.Configs;

namespace Sluice.Cli.Tests.EndToEnd;

public sealed class AclCommandsTests
{
    [Fact]
    public async Task ACLs_are_added_listed_and_removed()
    {
        await using Guarded broker = await Guarded.StartAsync("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS");

        (await broker.RunAsync("acl", "list")).ShouldSucceed().Error.ShouldContain("There are no such ACLs. To make one: sluice acl add");
        CliOutcome added = (await broker.RunAsync("acl", "add", "--topic", "orders", "--group", "billing", "--principal", "alice", "--operation", "read,describe-configs")).ShouldSucceed();
        added.Output.ShouldStartWith("Added 4 ACLs.\n");
        (await broker.RunAsync("acl", "add", "--topic", "ord", "--prefix", "--principal", "*", "--operation", "ALL", "--deny", "--host", "10.0.0.7")).ShouldSucceed();
        (await broker.RunAsync("acl", "add", "--cluster", "--principal", "Service:shop", "--operation", "idempotent-write")).ShouldSucceed();

        JsonElement[] all = await ListAsync(broker);
        all.Length.ShouldBe(6);
        all.Count(static acl => acl.GetProperty("principal").GetString() == "User:alice").ShouldBe(4);
        JsonElement denied = all.Single(static acl => acl.GetProperty("permission").GetString() == "deny");
        (denied.GetProperty("resourceType").GetString(), denied.GetProperty("resourceName").GetString(), denied.GetProperty("patternType").GetString())
            .ShouldBe(("topic", "ord", "prefixed"));
        (denied.GetProperty("principal").GetString(), denied.GetProperty("host").GetString(), denied.GetProperty("operation").GetString())
            .ShouldBe(("User:*", "10.0.0.7", "all"));
        (await ListAsync(broker, "--topic", "orders")).Length.ShouldBe(2);
        (await ListAsync(broker, "--topic", "orders", "--applying")).Length.ShouldBe(3);
        (await ListAsync(broker, "--cluster")).ShouldHaveSingleItem().GetProperty("principal").GetString().ShouldBe("Service:shop");
        (await broker.RunAsync("acl", "list", "--prefix")).ShouldSucceed().Output.ShouldContain("ord…");

        CliOutcome removed = (await broker.RunAsync("acl", "remove", "--principal", "alice", "--operation", "read")).ShouldSucceed();
        removed.Output.ShouldStartWith("Removed 2 ACLs.\n");
        (await ListAsync(broker)).Length.ShouldBe(4);
        (await broker.RunAsync("acl", "remove", "--principal", "alice", "--operation", "read")).ShouldSucceed().Error.ShouldContain("There are no such ACLs.");
        (await broker.RunAsync("acl", "remove")).ShouldFail(ExitCodes.Usage, "which ACLs? Give --topic");
    }

    [Fact]
    public async Task A_broker_without_an_authorizer_is_told_how_to_get_one()
    {
        await using Guarded broker = await Guarded.StartAsync();
        (await broker.RunAsync("acl", "list")).ShouldFail(ExitCodes.Failed, "the broker has no authorizer, so everybody may do everything. Start it with authorizer.class.name=");
        (await broker.RunAsync("acl", "add", "--topic", "t", "--principal", "a", "--operation", "read")).ShouldFail(ExitCodes.Failed, "the broker has no authorizer");
        (await broker.RunAsync("acl", "remove", "--topic", "t")).ShouldFail(ExitCodes.Failed, "the broker has no authorizer");
    }

    [Fact]
    public async Task Who_may_not_is_told_so_in_one_line()
    {
        await using Guarded broker = await Guarded.StartAsync("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:admin");
        (await broker.RunAsync("acl", "list")).ShouldFail(ExitCodes.Failed, "CLUSTER_AUTHORIZATION_FAILED");
        (await broker.RunAsync("acl", "add", "--topic", "t", "--principal", "a", "--operation", "read")).ShouldFail(ExitCodes.Failed, "CLUSTER_AUTHORIZATION_FAILED");
        (await broker.RunAsync("topic", "create", "t")).ShouldFail(ExitCodes.Failed, "TOPIC_AUTHORIZATION_FAILED");
    }

    private static async Task<JsonElement[]> ListAsync(Guarded broker, params string[] options) =>
        [.. JsonElement.Parse((await broker.RunAsync(["acl", "list", .. options, "--json"])).ShouldSucceed().Output).EnumerateArray()];

    private sealed class Guarded(BrokerServer server, string directory) : IAsyncDisposable
    {
        public static async Task<Guarded> StartAsync(params string[] settings)
        {
            string directory = Path.Combine(Path.GetTempPath(), $"sluice-acl-{Guid.NewGuid():N}");
            StaticConfig config = StaticConfig.Create(
            [
                new ConfigEntry("listeners", "PLAINTEXT://127.0.0.1:0", "test"), new ConfigEntry("log.dirs", directory, "test"),
                .. settings.Select(static setting => new ConfigEntry(setting[..setting.IndexOf('=', StringComparison.Ordinal)], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..], "test")),
            ]);
            config.Errors.ShouldBeEmpty();
            return new Guarded(await BrokerServer.StartAsync(new BrokerOptions { Config = config }), directory);
        }

        public Task<CliOutcome> RunAsync(params string[] arguments) => TestCli.RunAsync(arguments, bootstrapServer: $"127.0.0.1:{server.Endpoints[0].AdvertisedPort}");

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }
}
