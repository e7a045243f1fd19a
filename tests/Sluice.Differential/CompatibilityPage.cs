using System.Globalization;
using System.Text;
using Sluice.Differential.Comparison;
using Sluice.Protocol;

namespace Sluice.Differential;

/// <summary>Writes docs/compatibility.md from a whole run. The same run gives the same text.</summary>
internal static class CompatibilityPage
{
    /// <param name="outcomes">Of every scenario.</param>
    /// <param name="kafkaName">What was compared with, release included.</param>
    /// <param name="kafkaVersions">What Kafka said that it serves.</param>
    /// <param name="sluiceVersions">What Sluice said that it serves.</param>
    public static string Write(
        IReadOnlyList<ScenarioOutcome> outcomes,
        string kafkaName,
        IReadOnlyDictionary<ApiKey, ServedVersions> kafkaVersions,
        IReadOnlyDictionary<ApiKey, ServedVersions> sluiceVersions)
    {
        StringBuilder page = new();
        page.AppendLine("# Compatibility with Apache Kafka");
        page.AppendLine();
        page.AppendLine("<!-- Written by `SLUICE_WRITE_DOCS=1 ./test.sh --kafka FOLDER`. Not edited by hand: a test compares it with the run. -->");
        page.AppendLine();
        page.AppendLine(CultureInfo.InvariantCulture, $"Every answer below was compared with that of {kafkaName}: both brokers are sent the same bytes, and their answers");
        page.AppendLine("are compared field by field. A scenario is a script of requests, most of them in every version of its API. What cannot be equal");
        page.AppendLine("(ids, ports, times, wording) is compared for being there. How it works: `tests/Sluice.Differential`. What becomes of each setting: [settings.md](settings.md).");
        page.AppendLine();
        AppendApis(page, outcomes, kafkaVersions, sluiceVersions);
        AppendDifferences(page, outcomes);
        AppendBeyondRequests(page);
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void AppendApis(
        StringBuilder page,
        IReadOnlyList<ScenarioOutcome> outcomes,
        IReadOnlyDictionary<ApiKey, ServedVersions> kafkaVersions,
        IReadOnlyDictionary<ApiKey, ServedVersions> sluiceVersions)
    {
        page.AppendLine("## APIs");
        page.AppendLine();
        page.AppendLine("| key | API | Kafka | Sluice | scenarios | answers compared | equal throughout | with differences |");
        page.AppendLine("|---:|---|---|---|---:|---:|---:|---:|");
        foreach ((ApiKey key, ServedVersions kafka) in kafkaVersions.OrderBy(static pair => pair.Key))
        {
            string sluice = sluiceVersions.TryGetValue(key, out ServedVersions served) ? served.ToString() : "not yet";
            List<ScenarioOutcome> own = [.. outcomes.Where(outcome => outcome.Scenario.Api == key)];
            int differing = own.Count(static outcome => outcome.Explained.Count + outcome.Unexplained.Count > 0);
            string counts = own.Count == 0
                ? "| | | | |"
                : string.Create(CultureInfo.InvariantCulture, $"| {own.Count} | {own.Sum(static outcome => outcome.StepsCount)} | {own.Count - differing} | {differing} |");
            page.AppendLine(CultureInfo.InvariantCulture, $"| {(short)key} | {key} | {kafka} | {sluice} {counts}");
        }
        page.AppendLine();
    }

    private static void AppendDifferences(StringBuilder page, IReadOnlyList<ScenarioOutcome> outcomes)
    {
        page.AppendLine("## Answers that differ, and why");
        page.AppendLine();
        var byReason = outcomes.SelectMany(static outcome => outcome.Explained)
            .Where(static pair => pair.Expected.Reason != ExpectedDifferences.NotServedYet)
            .GroupBy(static pair => pair.Expected.Reason);
        foreach (var reason in byReason)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"**{reason.Key}**");
            page.AppendLine();
            page.AppendLine("| scenario | for example | Kafka | Sluice |");
            page.AppendLine("|---|---|---|---|");
            foreach (var scenario in reason.GroupBy(static pair => pair.Difference.Scenario))
            {
                Difference example = scenario.First().Difference;
                page.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(example.Scenario)} | {Cell($"{example.Step}: {ShortPath(example.Path)}")} | {Cell(example.Kafka)} | {Cell(example.Sluice)} |");
            }
            page.AppendLine();
        }
    }

    private static void AppendBeyondRequests(StringBuilder page)
    {
        page.AppendLine("## Beyond single answers");
        page.AppendLine();
        page.AppendLine("What a script of requests cannot show reliably, because on Kafka it depends on load, on chance or on a restart:");
        page.AppendLine();
        page.AppendLine("| what | Kafka | Sluice |");
        page.AppendLine("|---|---|---|");
        foreach ((string what, string kafka, string sluice) in ExpectedDifferences.BeyondRequests)
            page.AppendLine(CultureInfo.InvariantCulture, $"| {Cell(what)} | {Cell(kafka)} | {Cell(sluice)} |");
    }

    // Topic names hold the scenario's name, which stands beside it anyway.
    private static string ShortPath(string path)
    {
        StringBuilder text = new();
        int depth = 0;
        foreach (char c in path)
        {
            if (c == ']') depth--;
            if (depth == 0) text.Append(c);
            if (c == '[') depth++;
        }
        return text.ToString().Replace("[]", "", StringComparison.Ordinal);
    }

    private static string Cell(string text)
    {
        string escaped = text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
        return escaped.Length <= 120 ? escaped : $"{escaped[..117]}...";
    }
}
