using System.Globalization;

namespace Sluice.Bench.Load.Reporting;

/// <summary>Writes tables as Markdown, row by row, so that a long report shows how far it is.</summary>
internal sealed class MarkdownTables(TextWriter output)
{
    /// <summary>Begins a table.</summary>
    public void Begin(string title, params string[] columns)
    {
        output.WriteLine($"\n### {title}\n");
        Row(columns);
        Row([.. columns.Select((_, index) => index == 0 ? "---" : "---:")]);
    }

    /// <summary>Writes a row of the table begun last.</summary>
    public void Row(params string[] cells)
    {
        output.WriteLine($"| {string.Join(" | ", cells)} |");
        output.Flush();
    }

    /// <summary>A number with thousands separated.</summary>
    public static string Number(double value, int decimals) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);

    /// <summary>A median with the least and most beside it.</summary>
    public static string Spread(Report report, string name, int decimals) =>
        $"{Number(report[$"{name}_median"], decimals)} ({Number(report[$"{name}_min"], decimals)}–{Number(report[$"{name}_max"], decimals)})";

    /// <summary>The median of repetitions with the least and most beside it.</summary>
    public static string Spread(IReadOnlyCollection<double> values, int decimals) =>
        $"{Number(Statistics.Median(values), decimals)} ({Number(values.Min(), decimals)}–{Number(values.Max(), decimals)})";
}
