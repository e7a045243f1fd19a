using System.Text.RegularExpressions;

namespace Sluice.House.Tests;

/// <summary>What is of one system alone says so, and the platform analyzer (CA1416, an error in src/) proves that every call of it stands behind a check.</summary>
public partial class PlatformTests
{
    [Fact]
    public void Every_call_of_the_system_says_where_it_is_there()
    {
        int callsCount = 0;
        foreach (string path in Repository.SourceFiles("src"))
        {
            string source = File.ReadAllText(path);
            MatchCollection calls = Import().Matches(source);
            callsCount += calls.Count;
            if (calls.Count == 0 || OfOneSystem().IsMatch(source)) continue;
            foreach (Match call in calls) call.Groups["before"].Value.ShouldContain("SupportedOSPlatform(", Case.Insensitive, $"{Path.GetFileName(path)}: {call.Value.Trim()}");
        }
        callsCount.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Nobody_silences_the_analyzer()
    {
        Repository.SourceFiles("src").Concat(Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories))
            .Append(Path.Combine(Repository.Root, "src", "Directory.Build.props")).Append(Path.Combine(Repository.Root, "Directory.Build.props"))
            .Where(static path => File.ReadAllText(path).Contains("CA1416", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"(?<before>[^\n]*\n) *\[(LibraryImport|DllImport)\([^\n]*\n")]
    private static partial Regex Import();

    [GeneratedRegex(@"^\[SupportedOSPlatform\(""\w+""\)\]\ninternal static [\w ]*partial class", RegexOptions.Multiline)]
    private static partial Regex OfOneSystem();
}
