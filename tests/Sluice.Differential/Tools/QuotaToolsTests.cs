namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tool for quotas against Sluice: of users, clients, both, addresses, and what holds for all others.</summary>
public sealed class QuotaToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    private static readonly string[] Alice = ["--entity-type", "users", "--entity-name", "alice"];
    private static readonly string[] AnyUser = ["--entity-type", "users", "--entity-default"];
    private static readonly string[] App = ["--entity-type", "clients", "--entity-name", "app"];
    private static readonly string[] AnyClient = ["--entity-type", "clients", "--entity-default"];

    // Which listing shows it, how the tool names it there, its arguments, and what is set.
    private static readonly (string[] Types, string Entity, string[] Arguments, string[] Quotas)[] s_quotas =
    [
        (["users"], "user-principal 'alice'", Alice, ["producer_byte_rate=1024.0", "request_percentage=12.5"]),
        (["users"], "the default user-principal", AnyUser, ["consumer_byte_rate=2048.0"]),
        (["clients"], "client-id 'app'", App, ["controller_mutation_rate=5.0"]),
        (["clients"], "the default client-id", AnyClient, ["producer_byte_rate=4096.0"]),
        (["users", "clients"], "user-principal 'alice', client-id 'app'", [.. Alice, .. App], ["producer_byte_rate=8192.0"]),
        (["users", "clients"], "user-principal 'alice', the default client-id", [.. Alice, .. AnyClient], ["producer_byte_rate=16384.0"]),
        (["users", "clients"], "the default user-principal, the default client-id", [.. AnyUser, .. AnyClient], ["request_percentage=50.0"]),
        (["ips"], "ip '10.0.0.7'", ["--entity-type", "ips", "--entity-name", "10.0.0.7"], ["connection_creation_rate=10.0"]),
        (["ips"], "the default ip", ["--entity-type", "ips", "--entity-default"], ["connection_creation_rate=100.0"]),
    ];

    [Fact]
    public async Task Quotas_are_set_listed_and_taken_away()
    {
        DifferentialRun.SkipWithoutKafka();
        foreach ((_, _, string[] arguments, string[] quotas) in s_quotas)
            (await broker.Run("configs", ["--alter", .. arguments, "--add-config", string.Join(',', quotas)])).Succeeded().Output.ShouldContain("Completed updating");
        foreach (var listing in s_quotas.GroupBy(static quota => string.Join(' ', quota.Types)))
        {
            string[] lines = await ListAsync(listing.First().Types);
            lines.Length.ShouldBe(listing.Count());
            foreach ((_, string entity, _, string[] quotas) in listing)
            {
                string line = lines.Single(line => line.StartsWith($"Quota configs for {entity} are ", StringComparison.Ordinal));
                foreach (string quota in quotas) line.ShouldContain(quota);
            }
        }
        (await broker.Run("configs", ["--describe", .. Alice, .. App])).Succeeded().Output.ShouldContain("producer_byte_rate=8192.0");

        foreach ((_, _, string[] arguments, string[] quotas) in s_quotas)
            (await broker.Run("configs", ["--alter", .. arguments, "--delete-config", string.Join(',', quotas.Select(static quota => quota.Split('=')[0]))])).Succeeded();
        foreach (string[] types in new string[][] { ["users"], ["clients"], ["users", "clients"], ["ips"] }) (await ListAsync(types)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_quota_of_an_address_that_is_none_is_refused()
    {
        DifferentialRun.SkipWithoutKafka();
        ToolResult refused = await broker.Run("configs", ["--alter", "--entity-type", "ips", "--entity-name", "no address at all", "--add-config", "connection_creation_rate=10"]);
        refused.ExitCode.ShouldNotBe(0, refused.Output);
        refused.Output.ShouldContain("no address at all");
    }

    private async Task<string[]> ListAsync(string[] types)
    {
        ToolResult listed = (await broker.Run("configs", ["--describe", .. types.SelectMany(static type => new[] { "--entity-type", type })])).Succeeded();
        return [.. listed.Output.Split('\n').Where(static line => line.StartsWith("Quota configs for ", StringComparison.Ordinal))];
    }
}
