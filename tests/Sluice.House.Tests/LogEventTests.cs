using System.Text.RegularExpressions;

namespace Sluice.House.Tests;

public partial class LogEventTests
{
    private static readonly Dictionary<string, int> BlockOfProject = new()
    {
        ["Sluice.Transfer"] = 1, ["Sluice.Protocol"] = 2, ["Sluice.Log"] = 3, ["Sluice.Broker"] = 4, ["Sluice.Metadata"] = 5, ["Sluice.Hosting"] = 6, ["Sluice.Testing"] = 7,
    };

    [Fact]
    public void Ids_and_names_are_unique_and_in_the_block_of_their_project()
    {
        List<(int Id, string Name, string Project)> events = [];
        foreach (string project in BlockOfProject.Keys)
        {
            foreach (string path in Repository.SourceFiles(Path.Combine("src", project)))
            {
                foreach (Match match in Event().Matches(File.ReadAllText(path)))
                    events.Add((int.Parse(match.Groups["id"].Value, System.Globalization.CultureInfo.InvariantCulture), match.Groups["name"].Value, project));
            }
        }
        events.Count.ShouldBeGreaterThan(10);
        events.GroupBy(static e => e.Id).Where(static group => group.Count() > 1).ShouldBeEmpty();
        events.GroupBy(static e => (e.Project, e.Name)).Where(static group => group.Count() > 1).ShouldBeEmpty();
        events.Where(e => e.Id / 1000 != BlockOfProject[e.Project]).ShouldBeEmpty();
        events.Where(static e => e.Name.Length == 0).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId\s*=\s*)?(?<id>\d+),(?<rest>(?:[^""]|""(?:[^""\\]|\\.)*"")*?)EventName\s*=\s*""(?<name>\w*)""", RegexOptions.Singleline)]
    private static partial Regex Event();
}
