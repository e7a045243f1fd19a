using System.Xml.Linq;

namespace Sluice.House.Tests;

public class LayerTests
{
    /// <summary>Which projects each project may refer to. Everything points down.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Sluice.Transfer"] = [],
        ["Sluice.Protocol.Generator"] = [],
        ["Sluice.Protocol"] = ["Sluice.Protocol.Generator"],
        ["Sluice.Log"] = ["Sluice.Transfer", "Sluice.Protocol"],
        ["Sluice.Metadata"] = ["Sluice.Protocol"],
        ["Sluice.Client"] = ["Sluice.Protocol"],
        ["Sluice.Broker"] = ["Sluice.Log", "Sluice.Metadata", "Sluice.Protocol", "Sluice.Transfer"],
        ["Sluice.Hosting"] = ["Sluice.Broker"],
        ["Sluice.Testing"] = ["Sluice.Broker", "Sluice.Client"],
        ["Sluice.Cli"] = ["Sluice.Hosting", "Sluice.Client"],
    };

    [Fact]
    public void Every_project_refers_only_to_layers_below_it()
    {
        string[] projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        projects.Length.ShouldBeGreaterThanOrEqualTo(Allowed.Count);
        foreach (string path in projects)
        {
            string name = Path.GetFileNameWithoutExtension(path);
            Allowed.ShouldContainKey(name, "a new project needs its place among the layers");
            IEnumerable<string> references = XDocument.Load(path).Descendants("ProjectReference")
                .Select(static reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
            references.Except(Allowed[name]).ShouldBeEmpty($"{name} may not refer to these");
        }
    }

    [Theory]
    [InlineData("Sluice.Transfer", "Kafka")]
    [InlineData("Sluice.Protocol", "System.Net.Sockets")]
    [InlineData("Sluice.Log", "FileStream")]
    [InlineData("Sluice.Broker", "System.CommandLine")]
    [InlineData("Sluice.Broker", "HttpListener")]
    public void A_layer_does_not_mention_what_belongs_to_another(string project, string word)
    {
        string[] offenders = [.. Repository.SourceFiles(Path.Combine("src", project))
            .Where(path => File.ReadLines(path).Any(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && line.Contains(word, StringComparison.Ordinal)))];
        offenders.ShouldBeEmpty();
    }
}
