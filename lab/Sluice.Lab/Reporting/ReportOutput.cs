using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Reporting;

/// <summary>Where a command's report goes.</summary>
internal static class ReportOutput
{
    /// <summary>Writes a report to standard output and, if wanted, as a page into a folder.</summary>
    /// <param name="console">Gets it.</param>
    /// <param name="report">What was found out.</param>
    /// <param name="json">One JSON document instead of tables.</param>
    /// <param name="folder">From <see cref="ReportFolder.Prepare"/>; null = no page.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static async Task WriteAsync(LabConsole console, LabReport report, bool json, string? folder, CancellationToken cancellationToken)
    {
        Write(console, report, json);
        if (folder is null) return;
        string page = await HtmlReport.WriteAsync(report, folder, cancellationToken);
        await console.Error.WriteLineAsync($"the report is {page}");
    }

    /// <summary>Writes a report to standard output.</summary>
    /// <param name="console">Gets it.</param>
    /// <param name="report">What was found out.</param>
    /// <param name="json">One JSON document instead of tables.</param>
    internal static void Write(LabConsole console, LabReport report, bool json)
    {
        if (json) console.Output.WriteLine(JsonReport.Format(report));
        else ConsoleReport.Write(console, report);
        console.Output.Flush();
    }
}
