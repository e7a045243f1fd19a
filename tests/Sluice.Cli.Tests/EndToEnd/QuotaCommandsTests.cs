using System.Text.Json;
using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.EndToEnd;

public sealed class QuotaCommandsTests(TestBroker broker) : IClassFixture<TestBroker>
{
    [Fact]
    public async Task Quotas_are_set_described_and_unset()
    {
        (await broker.RunAsync("quota", "set", "--user", "alice", "--client-id", "default", "producer_byte_rate=1000000", "request_percentage=12.5"))
            .ShouldSucceed().Output.ShouldBe("Set producer_byte_rate=1000000 for user alice, client-id (default).\nSet request_percentage=12.5 for user alice, client-id (default).\n");
        (await broker.RunAsync("quota", "set", "--ip", "10.1.2.3", "connection_creation_rate=5")).ShouldSucceed();

        string table = (await broker.RunAsync("quota", "describe")).ShouldSucceed().Output;
        table.ShouldContain("10.1.2.3");
        table.ShouldContain("12.5");
        JsonElement[] one = [.. JsonElement.Parse((await broker.RunAsync("quota", "describe", "--user", "alice", "--client-id", "default", "--json")).ShouldSucceed().Output).EnumerateArray()];
        JsonElement quota = one.ShouldHaveSingleItem();
        (quota.GetProperty("user").GetString(), quota.GetProperty("clientId").GetString(), quota.GetProperty("ip").GetString()).ShouldBe(("alice", "", null));
        quota.GetProperty("limits").GetProperty("producer_byte_rate").GetDouble().ShouldBe(1_000_000);

        (await broker.RunAsync("quota", "unset", "--user", "alice", "--client-id", "default", "producer_byte_rate", "request_percentage")).ShouldSucceed()
            .Output.ShouldStartWith("Unset producer_byte_rate of user alice, client-id (default).\n");
        (await broker.RunAsync("quota", "describe", "--user", "alice")).ShouldSucceed().Error.ShouldContain("There are no such quotas. To make one: sluice quota set");
    }

    [Fact]
    public async Task What_cannot_be_is_told_in_one_line()
    {
        (await broker.RunAsync("quota", "set", "producer_byte_rate=1")).ShouldFail(ExitCodes.Usage, "whose quotas? Give --user USER, --client-id ID, both, or --ip ADDRESS");
        (await broker.RunAsync("quota", "set", "--ip", "10.1.2.3", "--user", "a", "x=1")).ShouldFail(ExitCodes.Usage, "quotas of addresses stand alone");
        (await broker.RunAsync("quota", "set", "--user", "a", "producer_byte_rate=much")).ShouldFail(ExitCodes.Usage, "producer_byte_rate wants a number; it is 'much'");
        (await broker.RunAsync("quota", "set", "--user", "a", "producer_byte_rate=0")).ShouldFail(ExitCodes.Failed, "Quota producer_byte_rate must be greater than 0");
        (await broker.RunAsync("quota", "set", "--user", "a", "speed=1")).ShouldFail(ExitCodes.Failed, "Invalid configuration key speed");
    }
}
