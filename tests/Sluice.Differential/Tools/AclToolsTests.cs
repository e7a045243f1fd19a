using Sluice.Differential.Peers;

namespace Sluice.Differential.Tools;

/// <summary>Kafka's own tool for ACLs against Sluice.</summary>
public sealed class AclToolsTests
{
    private const string AliceReads = "(principal=User:alice, host=*, operation=READ, permissionType=ALLOW)";

    private static readonly (string, string)[] s_settings = [.. EquivalentSettings.Guarded, ("super.users", "User:ANONYMOUS")];

    [Fact]
    public async Task ACLs_are_added_listed_and_removed()
    {
        DifferentialRun.SkipWithoutKafka();
        await using Peer peer = RunSettings.ComparesKafkaWithItself
            ? await KafkaPeer.StartAsync(RunSettings.KafkaFolder!, "Kafka", s_settings)
            : await SluicePeer.StartAsync(s_settings);

        (await Run(peer, "--add", "--allow-principal", "User:alice", "--operation", "Read", "--topic", "orders", "--group", "billing")).Succeeded();
        (await Run(peer, "--add", "--deny-principal", "User:bob", "--deny-host", "10.0.0.7", "--operation", "All", "--topic", "ord", "--resource-pattern-type", "prefixed")).Succeeded();
        (await Run(peer, "--add", "--allow-principal", "User:shop", "--producer", "--topic", "sales", "--transactional-id", "tx", "--idempotent")).Succeeded();

        string all = (await Run(peer, "--list")).Succeeded().Output;
        all.ShouldContain("ResourcePattern(resourceType=TOPIC, name=orders, patternType=LITERAL)");
        all.ShouldContain("ResourcePattern(resourceType=GROUP, name=billing, patternType=LITERAL)");
        all.ShouldContain("(principal=User:bob, host=10.0.0.7, operation=ALL, permissionType=DENY)");
        all.ShouldContain("(principal=User:shop, host=*, operation=IDEMPOTENT_WRITE, permissionType=ALLOW)");
        string applying = (await Run(peer, "--list", "--topic", "orders", "--resource-pattern-type", "match")).Succeeded().Output;
        applying.ShouldContain(AliceReads);
        applying.ShouldContain("name=ord, patternType=PREFIXED");
        applying.ShouldNotContain("sales");

        (await Run(peer, "--remove", "--force", "--allow-principal", "User:alice", "--operation", "Read", "--topic", "orders")).Succeeded();
        (await Run(peer, "--list", "--topic", "orders")).Succeeded().Output.ShouldNotContain(AliceReads);
        (await Run(peer, "--list", "--group", "billing")).Succeeded().Output.ShouldContain(AliceReads);
        (await Run(peer, "--remove", "--force", "--group", "billing")).Succeeded();
        (await Run(peer, "--list", "--group", "billing")).Succeeded().Output.ShouldNotContain(AliceReads);
    }

    private static Task<ToolResult> Run(Peer peer, params string[] arguments) => KafkaTool.Run(["acls", "--bootstrap-server", $"127.0.0.1:{peer.Port}", .. arguments]);
}
