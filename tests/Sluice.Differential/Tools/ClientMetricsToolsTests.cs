using Sluice.Conformance.Peers;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tool for client metrics, and its clients, which push what they are asked for.</summary>
public sealed class ClientMetricsToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    private const string ClientMetrics = "org.apache.kafka.tools.ClientMetricsCommand";

    [Fact]
    public async Task Subscriptions_are_made_described_listed_and_deleted()
    {
        DifferentialRun.SkipWithoutKafka();
        (await broker.Run(ClientMetrics, "--alter", "--name", "s", "--metrics", "a.b,c", "--interval", "2000", "--match", "client_id=app")).Succeeded().Output.ShouldContain("Altered client metrics config for s");
        string described = (await broker.Run(ClientMetrics, "--describe", "--name", "s")).Succeeded().Output;
        foreach (string line in new[] { "interval.ms=2000", "match=client_id=app", "metrics=a.b,c" }) described.ShouldContain(line);
        (await broker.Run(ClientMetrics, "--list")).Succeeded().Output.Trim().ShouldEndWith("s");
        ToolResult refused = await broker.Run(ClientMetrics, "--alter", "--name", "s", "--interval", "1");
        refused.Output.ShouldContain("interval.ms");
        (await broker.Run(ClientMetrics, "--delete", "--name", "s")).Succeeded();
        (await broker.Run(ClientMetrics, "--list")).Succeeded().Output.ShouldNotContain("s\n");
    }

    [Fact]
    public async Task Javas_clients_push_what_they_are_asked_for()
    {
        DifferentialRun.SkipWithoutKafka();
        using PushedMetrics pushed = new();
        (await broker.Run(ClientMetrics, "--alter", "--name", "all", "--metrics", "*", "--interval", "100")).Succeeded();
        (await broker.Run("topics", "--create", "--topic", "measured")).Succeeded();
        (await KafkaTool.RunWith("a\nb\n", "console-producer", "--bootstrap-server", broker.Bootstrap, "--topic", "measured")).Succeeded();
        (string software, string[] names) = await pushed.WaitForAsync("console-producer", TestContext.Current.CancellationToken);
        software.ShouldBe("apache-kafka-java");
        names.ShouldContain("org.apache.kafka.producer.record.send.total");
        (await broker.Run("console-consumer", "--topic", "measured", "--from-beginning", "--max-messages", "2", "--group", "measuring")).Succeeded().Output.ShouldContain("b");
        (_, names) = await pushed.WaitForAsync("console-consumer", TestContext.Current.CancellationToken);
        names.ShouldContain(static name => name.StartsWith("org.apache.kafka.consumer.", StringComparison.Ordinal));
        (await broker.Run(ClientMetrics, "--delete", "--name", "all")).Succeeded();
    }

    [Fact]
    public async Task Log_levels_are_read_and_changed()
    {
        DifferentialRun.SkipWithoutKafka();
        string[] loggers = ["--entity-type", "broker-loggers", "--entity-name", "1"];
        (await broker.Run("configs", ["--describe", .. loggers])).Succeeded().Output.ShouldContain("Sluice.Broker.Network=WARN");
        (await broker.Run("configs", ["--alter", .. loggers, "--add-config", "Sluice.Broker.Network=DEBUG"])).Succeeded();
        (await broker.Run("configs", ["--describe", .. loggers])).Succeeded().Output.ShouldContain("Sluice.Broker.Network=DEBUG");
        (await broker.Run("configs", ["--alter", .. loggers, "--delete-config", "Sluice.Broker.Network"])).Succeeded();
        ToolResult refused = await broker.Run("configs", ["--alter", .. loggers, "--add-config", "Sluice.Broker.Network=LOUD"]);
        refused.ExitCode.ShouldNotBe(0, refused.Output);
        refused.Output.ShouldContain("Valid log levels are");
    }
}
