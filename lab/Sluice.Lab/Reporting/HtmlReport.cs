using System.Net;
using System.Text;

namespace Sluice.Lab.Reporting;

/// <summary>Writes a report as one page that needs nothing but itself, with the plots as files beside it as well.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
        h1 { font-size: 1.6em } h2 { font-size: 1.2em; margin-top: 2em }
        table { border-collapse: collapse; margin: .5em 0 1.5em } .wide { overflow-x: auto }
        th, td { padding: .25em .7em; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top } th { background: #f4f4f4 }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        svg { max-width: 100%; height: auto } figure { margin: 1em 0 }
        """;

    /// <summary>Writes <c>index.html</c>, <c>results.json</c>, and each chart as PNG and SVG.</summary>
    /// <param name="report">What was found out.</param>
    /// <param name="folder">Has to exist; files of the same names are overwritten.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The page's path.</returns>
    internal static async Task<string> WriteAsync(LabReport report, string folder, CancellationToken cancellationToken)
    {
        List<string> drawings = [];
        foreach (ReportChart chart in report.Charts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            drawings.Add(ChartDrawing.Write(chart, folder));
        }

        string page = Path.Combine(folder, "index.html");
        await File.WriteAllTextAsync(page, Format(report, drawings), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "results.json"), JsonReport.Format(report), cancellationToken);
        return page;
    }

    private static string Format(LabReport report, IReadOnlyList<string> drawings)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        page.Append("<title>").Append(Text(report.Title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n");
        page.Append("<h1>").Append(Text(report.Title)).Append("</h1>\n<table>\n");
        foreach ((string name, string value) in report.Machine.Pairs()) AppendPair(page, name, value);
        foreach ((string name, string value) in report.Settings) AppendPair(page, name, value);
        page.Append("</table>\n");
        foreach (string drawing in drawings) page.Append("<figure>").Append(drawing[Math.Max(0, drawing.IndexOf("<svg", StringComparison.Ordinal))..]).Append("</figure>\n");
        foreach (ReportTable table in report.Tables) AppendTable(page, table);
        page.Append("<h2>To be known</h2>\n<ul>\n");
        foreach (string note in report.Notes) page.Append("<li>").Append(Text(note)).Append("</li>\n");
        page.Append("</ul>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void AppendPair(StringBuilder page, string name, string value) =>
        page.Append("<tr><th>").Append(Text(name)).Append("</th><td>").Append(Text(value)).Append("</td></tr>\n");

    private static void AppendTable(StringBuilder page, ReportTable table)
    {
        page.Append("<h2>").Append(Text(table.Title)).Append("</h2>\n<div class=\"wide\"><table>\n<tr>");
        bool[] isNumber = [.. table.Columns.Select(column => column.StartsWith('>'))];
        foreach (string column in table.Columns) AppendCell(page, "th", column.StartsWith('>'), column.TrimStart('>'));
        page.Append("</tr>\n");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            page.Append("<tr>");
            for (int i = 0; i < row.Count; i++) AppendCell(page, "td", isNumber[i], row[i]);
            page.Append("</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void AppendCell(StringBuilder page, string tag, bool isNumber, string text) =>
        page.Append('<').Append(tag).Append(isNumber ? " class=\"number\">" : ">").Append(Text(text)).Append("</").Append(tag).Append('>');

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
