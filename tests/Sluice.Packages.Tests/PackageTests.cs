using System.IO.Compression;
using System.Xml.Linq;

namespace Sluice.Packages.Tests;

public sealed class PackageTests(PackedFeed feed, ITestOutputHelper output) : IClassFixture<PackedFeed>
{
    private const string Tool = "Sluice.Cli";

    public static TheoryData<string> Packages =>
        ["Sluice.Broker", Tool, "Sluice.Client", "Sluice.Hosting", "Sluice.Log", "Sluice.Metadata", "Sluice.Protocol", "Sluice.Testing", "Sluice.Transfer"];

    [Fact]
    public void There_is_a_package_of_each_layer_and_nothing_else()
    {
        Directory.GetFiles(feed.Folder, "*.nupkg").Select(static path => Path.GetFileName(path).Split(".0.")[0]).Order(StringComparer.Ordinal)
            .ShouldBe(Packages.Select(static row => row.Data).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is_and_brings_documentation_and_symbols(string id)
    {
        string path = Directory.GetFiles(feed.Folder, $"{id}.?.?.?.nupkg").ShouldHaveSingleItem();
        using ZipArchive package = ZipFile.OpenRead(path);
        string[] names = [.. package.Entries.Select(static entry => entry.FullName)];
        names.ShouldContain("README.md");
        string[] assemblies = [.. names.Where(name => name.EndsWith($"/{(id == Tool ? "sluice" : id)}.dll", StringComparison.Ordinal))];
        assemblies.ShouldHaveSingleItem();
        names.ShouldContain(Path.ChangeExtension(assemblies[0], ".xml"));
        using Stream nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single(static element => element.Name.LocalName == "metadata");
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        Value("description").ShouldNotBeNull().ShouldNotBe("Package Description");
        Value("license").ShouldBe("Apache-2.0");
        Value("readme").ShouldBe("README.md");

        using ZipArchive symbols = ZipFile.OpenRead(Path.ChangeExtension(path, ".snupkg"));
        symbols.Entries.Select(static entry => entry.FullName).ShouldContain(Path.ChangeExtension(assemblies[0], ".pdb"));
    }

    [Fact]
    public async Task The_command_installs_as_a_tool_and_runs()
    {
        string folder = Path.Combine(Shell.Root, "artifacts", "tool");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);

        await Shell.RunAsync("dotnet", "tool", "install", Tool, "--tool-path", folder, "--source", feed.Folder);

        (await Shell.RunAsync(Path.Combine(folder, "sluice"), "--version")).ShouldContain("0.1.0");
        (await Shell.RunAsync(Path.Combine(folder, "sluice"), "topic", "--help")).ShouldContain("create");
    }

    [Fact]
    public async Task The_commands_of_the_testing_page_lead_to_a_green_test()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Shell.Root, "docs", "testing-your-app.md"));
        string commands = Between(page, "<!-- commands: first-test -->\n```sh\n", "```");
        commands.ShouldStartWith("\"$SLUICE/pack.sh\"\n");
        // The packages are made already.
        commands = commands[(commands.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice-packages-");
        try
        {
            string code = Path.Combine(folder.FullName, "code");
            await File.WriteAllTextAsync(code, Between(page, "<!-- snippet: first-test -->\n```csharp\n", "```"));
            string written = await Shell.RunAsync(
                "bash", "-c", $"set -euo pipefail; export SLUICE='{Shell.Root}'; cd '{folder.FullName}'; {commands} cp '{code}' FirstTest.cs; dotnet test --nologo");
            output.WriteLine(written);

            written.ShouldMatch("Passed! +- Failed: +0, Passed: +1, Skipped: +0");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("OrdersService", 10)]
    [InlineData("ShippingService", 3)]
    public async Task The_tests_of_a_sample_pass_against_the_packages(string sample, int testsCount)
    {
        string written = await Shell.RunAsync(Path.Combine(Shell.Root, "eng", "test-sample.sh"), sample);
        output.WriteLine(written);

        written.ShouldMatch($"Passed! +- Failed: +0, Passed: +{testsCount}, Skipped: +0");
        // The packages just made, and not projects of the repository.
        Directory.Exists(Path.Combine(Shell.Root, "artifacts", "nuget", "sluice.testing", "0.1.0")).ShouldBeTrue();
    }

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        from.ShouldBeGreaterThanOrEqualTo(start.Length, start);
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
