namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tools for a cluster as a whole against Sluice: they say what they say of a Kafka that is one node.</summary>
public sealed class ClusterToolsTests(ToolsFixture broker) : IClassFixture<ToolsFixture>
{
    private const string LeaderElection = "org.apache.kafka.tools.LeaderElectionCommand";
    private const string Reassignment = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";
    private const string Quorum = "org.apache.kafka.tools.MetadataQuorumCommand";
    private const string Cluster = "org.apache.kafka.tools.ClusterTool";

    [Fact]
    public async Task Features_are_described_taken_away_and_brought_back()
    {
        DifferentialRun.SkipWithoutKafka();
        string described = (await broker.Run("features", "describe")).Succeeded().Output;
        described.ShouldContain("FinalizedVersionLevel: 4.3-IV0");
        foreach (string feature in new[] { "group.version", "share.version", "transaction.version" }) described.ShouldContain($"Feature: {feature}");

        (await broker.Run("features", "downgrade", "--feature", "transaction.version=1")).Succeeded().Output.ShouldContain("transaction.version was downgraded to 1.");
        (await broker.Run("features", "upgrade", "--feature", "transaction.version=2")).Succeeded().Output.ShouldContain("transaction.version was upgraded to 2.");
        (await broker.Run("features", "disable", "--feature", "share.version")).Succeeded().Output.ShouldContain("share.version was disabled.");
        (await broker.Run("features", "upgrade", "--feature", "share.version=1")).Succeeded();
        foreach ((string change, string level, string reason) in new[] { ("downgrade", "metadata.version=25", "only supports version 30"), ("upgrade", "no.such.version=1", "does not support this feature") })
        {
            ToolResult refused = await broker.Run("features", change, "--feature", level);
            refused.ExitCode.ShouldNotBe(0, refused.Output);
            refused.Output.ShouldContain(reason);
        }
    }

    [Fact]
    public async Task Leaders_need_no_election()
    {
        DifferentialRun.SkipWithoutKafka();
        (await broker.Run("topics", "--create", "--topic", "elected", "--partitions", "2")).Succeeded();
        (await broker.Run(LeaderElection, "--election-type", "preferred", "--all-topic-partitions")).Succeeded();
        (await broker.Run(LeaderElection, "--election-type", "unclean", "--topic", "elected", "--partition", "0")).Succeeded().Output.ShouldContain("Valid replica already elected");
        ToolResult missing = await broker.Run(LeaderElection, "--election-type", "preferred", "--topic", "elected", "--partition", "9");
        missing.ExitCode.ShouldNotBe(0, missing.Output);
        missing.Output.ShouldContain("No such partition as elected-9");
    }

    [Fact]
    public async Task Replicas_are_moved_to_where_they_are()
    {
        DifferentialRun.SkipWithoutKafka();
        (await broker.Run("topics", "--create", "--topic", "moved", "--partitions", "1")).Succeeded();
        string plan = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(plan, """{"version":1,"partitions":[{"topic":"moved","partition":0,"replicas":[1]}]}""", TestContext.Current.CancellationToken);
            (await broker.Run(Reassignment, "--reassignment-json-file", plan, "--execute")).Succeeded().Output.ShouldContain("Successfully started partition reassignment for moved-0");
            (await broker.Run(Reassignment, "--reassignment-json-file", plan, "--verify")).Succeeded().Output.ShouldContain("Reassignment of partition moved-0 is completed");
        }
        finally
        {
            File.Delete(plan);
        }
        (await broker.Run(Reassignment, "--list")).Succeeded().Output.ShouldContain("No partition reassignments found");
    }

    [Fact]
    public async Task The_quorum_and_the_cluster_are_described()
    {
        DifferentialRun.SkipWithoutKafka();
        string status = (await broker.Run(Quorum, "describe", "--status")).Succeeded().Output;
        status.ShouldContain("LeaderId:               1");
        status.ShouldContain("MaxFollowerLag:         0");
        (await broker.Run(Quorum, "describe", "--replication")).Succeeded().Output.ShouldContain("Leader");
        (await KafkaTool.Run(Cluster, "list-endpoints", "--bootstrap-server", broker.Bootstrap)).Succeeded().Output.ShouldContain("unfenced");
        ToolResult unknown = await KafkaTool.Run(Cluster, "unregister", "--bootstrap-server", broker.Bootstrap, "--id", "7");
        unknown.Output.ShouldContain("Broker ID 7 is not currently registered");
    }
}
