using System.Globalization;
using System.Text.Json;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Writes what a comparison found: tables for people, one document for programs.</summary>
internal static class ComparisonReport
{
    private const string Sluice = WorkloadCatalog.SluiceName;
    private const string Kafka = WorkloadCatalog.KafkaName;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // Columns of the tables: name of the figure, what the heading calls it, digits.
    private static readonly (string Measure, string Title, int Decimals)[] Columns =
    [
        ("mb_per_second", "MB/s", 0), ("requests_per_second", "requests/s", 0), ("broker_cpu_seconds_per_gb", "CPU s/GB", 3), ("broker_user_seconds_per_gb", "of it user", 3),
        ("broker_cpu_us_per_request", "CPU µs/request", 1), ("broker_cpu_us_per_record", "CPU µs/record", 2), ("broker_voluntary_switches_per_request", "waits/request", 2),
        ("latency_p50_us", "p50 µs", 0), ("latency_p99_us", "p99 µs", 0), ("latency_p999_us", "p99.9 µs", 0),
        ("startup_ms", "ms", 0), ("rss_idle_mb", "RSS idle MB", 0), ("broker_rss_after_mb", "RSS MB", 0), ("kb_per_connection", "KB/connection", 1), ("few_mb_per_second", "MB/s with 10", 0), ("many_to_few", "share of it", 2), ("p99_ratio", "p99 ratio", 2),
        ("records_per_second", "records/s", 0),
    ];

    /// <summary>Writes a table for each group, and the goals.</summary>
    public static void WriteTables(TextWriter output, IReadOnlyList<WorkloadResult> results)
    {
        var tables = new MarkdownTables(output);
        foreach (IGrouping<string, WorkloadResult> group in results.GroupBy(static result => result.Workload.Group)) WriteGroup(tables, group.Key, [.. group]);
        WriteGoals(tables, results);
    }

    /// <summary>Writes every figure of every round.</summary>
    public static void WriteJson(TextWriter output, IReadOnlyList<WorkloadResult> results)
    {
        var document = new
        {
            machine = Machine.Describe(),
            date = TimeProvider.System.GetUtcNow(),
            workloads = results.Select(static result => new
            {
                group = result.Workload.Group,
                name = result.Workload.Name,
                failures = result.Failures,
                rounds = result.Rounds.ToDictionary(
                    static pair => pair.Key,
                    static pair => pair.Value.Select(static report => report.Measures.ToDictionary(static measure => measure.Name, static measure => Math.Round(measure.Value, 6)))),
            }),
        };
        output.WriteLine(JsonSerializer.Serialize(document, Indented));
    }

    private static void WriteGroup(MarkdownTables tables, string title, WorkloadResult[] results)
    {
        (string Measure, string Title, int Decimals)[] columns = [.. Columns.Where(column => results.Any(result => result.Median(Sluice, column.Measure) is > 0 || result.Median(Kafka, column.Measure) is > 0))];
        tables.Begin(title, ["load", .. columns.Select(static column => column.Title)]);
        foreach (WorkloadResult result in results)
        {
            tables.Row([result.Workload.Name, .. columns.Select(column => Cell(result, column.Measure, column.Decimals))]);
        }
    }

    // "Sluice : Kafka = ratio", or what there is of it.
    private static string Cell(WorkloadResult result, string measure, int decimals)
    {
        string Text(string contender) => result.Median(contender, measure) is { } value ? MarkdownTables.Number(value, decimals) : "–";
        if (result.Median(Sluice, measure) is null && result.Median(Kafka, measure) is null) return "";
        if (result.Median(Kafka, measure) is null) return Text(Sluice);
        string ratio = result.Ratio(Sluice, Kafka, measure) is { } value ? $" **{MarkdownTables.Number(value, 2)}**" : "";
        return $"{Text(Sluice)} : {Text(Kafka)}{ratio}";
    }

    private static void WriteGoals(MarkdownTables tables, IReadOnlyList<WorkloadResult> results)
    {
        tables.Begin("Asked and got", "load", "figure", "asked", "got", "least to most of the rounds", "");
        foreach (WorkloadResult result in results)
        {
            foreach (Goal goal in result.Workload.Goals)
            {
                string against = goal.Of == GoalBase.Floor ? Comparison.FloorName : Kafka;
                double? value = goal.Of == GoalBase.Value ? result.Median(Sluice, goal.Measure) : result.Ratio(Sluice, against, goal.Measure);
                string of = goal.Of switch { GoalBase.Kafka => " of Kafka's", GoalBase.Floor => " of the C floor", _ => "" };
                tables.Row(
                    result.Workload.Name,
                    goal.Measure,
                    $"{(goal.AtLeast ? "≥" : "≤")} {goal.Limit.ToString(CultureInfo.InvariantCulture)}{of}",
                    value is { } got ? got.ToString("0.###", CultureInfo.InvariantCulture) : "not measured",
                    Spread(result, goal.Measure, goal.Of == GoalBase.Value ? null : against),
                    value is { } final ? goal.IsMet(final) ? "met" : "**not met**" : "");
            }
        }
    }

    private static string Spread(WorkloadResult result, string measure, string? against)
    {
        static string Range(IReadOnlyList<double> values) => values.Count == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{values.Min():0.###}–{values.Max():0.###}");
        string own = Range(result.Values(Sluice, measure));
        return against is null ? own : $"{own} : {Range(result.Values(against, measure))}";
    }
}
