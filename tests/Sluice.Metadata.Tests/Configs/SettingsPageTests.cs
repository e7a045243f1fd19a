using System.Globalization;
using System.Text;
using Sluice.Metadata.Configs;

namespace Sluice.Metadata.Tests.Configs;

/// <summary>docs/settings.md is written from the tables of settings, so that it says what the code does.</summary>
public sealed class SettingsPageTests
{
    private static readonly (string Heading, string Remark, ConfigTable Table)[] s_tables =
    [
        ("Broker", "In `server.properties`, by `sluice serve --set`, and those that say so at run time.", BrokerConfigKeys.Table),
        ("Topic", "At creation and at run time.", TopicConfigKeys.Table),
        ("Group", "At run time, for a group of any type, whether it is there yet or not.", GroupConfigKeys.Table),
        ("Client metrics subscription", "At run time: [operations/metrics.md](operations/metrics.md).", ClientMetricsConfigKeys.Table),
    ];

    [Fact]
    public void The_page_of_settings_is_what_the_tables_say()
    {
        string path = Path.Combine(RepositoryFolder(), "docs", "settings.md");
        string page = Write();
        if (Environment.GetEnvironmentVariable("SLUICE_WRITE_DOCS") == "1") File.WriteAllText(path, page);
        File.ReadAllText(path).ShouldBe(page, "docs/settings.md is not up to date: write it by SLUICE_WRITE_DOCS=1 ./test.sh --only Metadata");
    }

    private static string Write()
    {
        StringBuilder page = new();
        page.AppendLine("# Settings");
        page.AppendLine();
        page.AppendLine("<!-- Written by `SLUICE_WRITE_DOCS=1 ./test.sh --only Metadata`. Not edited by hand: a test compares it with the tables in src/Sluice.Metadata/Configs. -->");
        page.AppendLine();
        page.AppendLine("Every setting that Apache Kafka 4.3 has, and Sluice's own, and what becomes of a value that somebody gives. *Honoured*: it is acted upon. *No effect*: accepted at start and named");
        page.AppendLine("in the banner, so that a `server.properties` works unchanged; refused at run time. *Refused*: any value but the default is an error, because ignoring it would leave somebody less");
        page.AppendLine("safe, or with other data, than they believe. Names that nobody knows are refused, with the nearest one that there is.");
        page.AppendLine();
        page.AppendLine("| settings of | honoured | no effect | refused |");
        page.AppendLine("|---|---:|---:|---:|");
        foreach ((string heading, _, ConfigTable table) in s_tables)
        {
            int Count(ConfigSupportKind kind) => table.Keys.Count(key => key.Support.Kind == kind);
            page.AppendLine(CultureInfo.InvariantCulture, $"| {heading.ToLowerInvariant()} | {Count(ConfigSupportKind.Honoured)} | {Count(ConfigSupportKind.NoEffect)} | {Count(ConfigSupportKind.Refused)} |");
        }
        foreach ((string heading, string remark, ConfigTable table) in s_tables) Append(page, heading, remark, table);
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void Append(StringBuilder page, string heading, string remark, ConfigTable table)
    {
        page.AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"## {heading}");
        page.AppendLine();
        page.AppendLine(remark);
        page.AppendLine();
        page.AppendLine("| setting | default | changed | what Sluice does |");
        page.AppendLine("|---|---|---|---|");
        foreach (ConfigKey key in table.Keys)
        {
            string changed = key.UpdateMode switch
            {
                _ when key.Support.IsAtStartOnly => "at start",
                ConfigUpdateMode.ReadOnly => "at start",
                ConfigUpdateMode.PerBroker => "at run time, on one broker",
                _ => "at run time",
            };
            string support = key.Support.Kind switch
            {
                ConfigSupportKind.Honoured => "honoured",
                ConfigSupportKind.NoEffect => "no effect",
                _ => "refused",
            };
            string reason = key.Support.Reason is { } text ? $": {text}" : "";
            page.AppendLine(CultureInfo.InvariantCulture, $"| `{key.Name}` | {Cell(key.DefaultText)} | {changed} | {support}{Escape(reason)} |");
        }
    }

    private static string Cell(string? value) => value switch
    {
        null => "unset",
        "" => "empty",
        _ => $"`{Escape(value)}`",
    };

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string RepositoryFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sluice.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
