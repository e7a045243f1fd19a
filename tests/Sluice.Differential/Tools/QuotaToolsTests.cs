namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tool for quotas against Sluice: of users, clients, both, addresses, and what holds for all others.</summary>
public sealed class QuotaToolsTests(ToolsFixture fixture) : IClassFixture<ToolsFixture>
{
    private static readonly string[] Alice = ["--entity-type", "users", "--entity-name", "alice"];
    private static readonly string[] AnyUser = ["--entity-type", "users", "--entity-default"];
    private static readonly string[] App = ["--entity-type", "clients", "--entity-name", "app"];
    private static readonly string[] AnyClient = ["--entity-type", "clients", "--entity-default"];

    [Theory]
    [InlineData("user-principal 'alice'", "producer_byte_rate=1024,request_percentage=12.5", "producer_byte_rate=1024.0", "request_percentage=12.5")]
    [InlineData("the default user-principal", "consumer_byte_rate=2048", "consumer_byte_rate=2048.0")]
    [InlineData("client-id 'app'", "controller_mutation_rate=5", "controller_mutation_rate=5.0")]
    [InlineData("the default client-id", "producer_byte_rate=4096", "producer_byte_rate=4096.0")]
    [InlineData("user-principal 'alice', client-id 'app'", "producer_byte_rate=8192", "producer_byte_rate=8192.0")]
    [InlineData("user-principal 'alice', the default client-id", "producer_byte_rate=16384", "producer_byte_rate=16384.0")]
    [InlineData("the default user-principal, the default client-id", "request_percentage=50", "request_percentage=50.0")]
    [InlineData("ip '10.0.0.7'", "connection_creation_rate=10", "connection_creation_rate=10.0")]
    [InlineData("the default ip", "connection_creation_rate=100", "connection_creation_rate=100.0")]
    public async Task Quotas_are_set_shown_and_taken_away(string entity, string values, params string[] shown)
    {
        DifferentialRun.SkipWithoutKafka();
        string[] of = entity switch
        {
            "user-principal 'alice'" => Alice,
            "the default user-principal" => AnyUser,
            "client-id 'app'" => App,
            "the default client-id" => AnyClient,
            "user-principal 'alice', client-id 'app'" => [.. Alice, .. App],
            "user-principal 'alice', the default client-id" => [.. Alice, .. AnyClient],
            "the default user-principal, the default client-id" => [.. AnyUser, .. AnyClient],
            "ip '10.0.0.7'" => ["--entity-type", "ips", "--entity-name", "10.0.0.7"],
            _ => ["--entity-type", "ips", "--entity-default"],
        };
        (await fixture.Run("configs", ["--alter", .. of, "--add-config", values])).Succeeded().Output.ShouldContain("Completed updating");

        string described = (await fixture.Run("configs", ["--describe", .. of])).Succeeded().Output;
        described.ShouldContain($"Quota configs for {entity} are ");
        foreach (string value in shown) described.ShouldContain(value);

        string[] names = [.. values.Split(',').Select(static value => value[..value.IndexOf('=', StringComparison.Ordinal)])];
        (await fixture.Run("configs", ["--alter", .. of, "--delete-config", string.Join(',', names)])).Succeeded();
        (await fixture.Run("configs", ["--describe", .. of])).Succeeded().Output.ShouldNotContain(names[0]);
    }

    [Fact]
    public async Task A_quota_that_means_nothing_is_refused()
    {
        DifferentialRun.SkipWithoutKafka();
        ToolResult refused = await fixture.Run("configs", ["--alter", "--entity-type", "ips", "--entity-name", "no address at all", "--add-config", "connection_creation_rate=10"]);
        refused.ExitCode.ShouldNotBe(0, refused.Output);
        refused.Output.ShouldContain("no address at all");
    }
}
