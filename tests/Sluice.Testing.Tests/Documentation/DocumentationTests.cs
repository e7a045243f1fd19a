using System.Text.RegularExpressions;

namespace Sluice.Testing.Tests.Documentation;

/// <summary>What docs/testing-your-app.md shows is what the classes beside this one compile and run.</summary>
public partial class DocumentationTests
{
    private static readonly string s_root = FindRoot();

    [Fact]
    public void Every_snippet_of_the_page_is_code_that_is_run_and_every_region_is_shown()
    {
        string page = File.ReadAllText(Path.Combine(s_root, "docs", "testing-your-app.md"));
        Dictionary<string, string> shown = Shown().Matches(page).ToDictionary(static match => match.Groups["name"].Value, static match => match.Groups["code"].Value);
        shown.Count.ShouldBe(page.Split("```csharp").Length - 1, "each block of C# names its snippet");
        Dictionary<string, string> regions = Regions();

        shown.Keys.Order().ShouldBe(regions.Keys.Order());
        foreach ((string name, string code) in regions) shown[name].ShouldBe(code, $"snippet {name}");
    }

    private static Dictionary<string, string> Regions()
    {
        string[] files =
        [
            .. Directory.GetFiles(Path.Combine(s_root, "tests", "Sluice.Testing.Tests", "Documentation"), "*.cs"),
            Path.Combine(s_root, "samples", "OrdersService", "tests", "OrdersService.Tests", "OrdersApp.cs"),
        ];
        return files.SelectMany(static file => Region().Matches(File.ReadAllText(file)))
            .ToDictionary(static match => match.Groups["name"].Value, static match => Dedent(match.Groups["code"].Value));
    }

    private static string Dedent(string code)
    {
        string[] lines = code.Split('\n');
        int indent = lines.Where(static line => line.Trim().Length > 0).Min(static line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length < indent ? "" : line[indent..]));
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Sluice.slnx was not found above the test binary.");
    }

    [GeneratedRegex(@"<!-- snippet: (?<name>[\w-]+) -->\n```csharp\n(?<code>.*?\n)```", RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"^ *#region (?<name>[\w-]+)\n(?<code>.*?)^ *#endregion", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Region();
}
