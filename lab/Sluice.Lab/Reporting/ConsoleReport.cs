using Sluice.Lab.CommandLine;
using Spectre.Console;

namespace Sluice.Lab.Reporting;

/// <summary>Prints a report for people.</summary>
internal static class ConsoleReport
{
    /// <summary>Writes it to standard output: drawn on a terminal, plain columns elsewhere.</summary>
    internal static void Write(LabConsole console, LabReport report)
    {
        TextWriter output = console.Output;
        output.WriteLine(report.Title);
        foreach ((string name, string value) in report.Machine.Pairs()) output.WriteLine($"  {name}: {value}");
        foreach ((string name, string value) in report.Settings) output.WriteLine($"  {name}: {value}");
        foreach (ReportTable table in report.Tables)
        {
            output.WriteLine();
            if (table.Title.Length > 0) output.WriteLine(table.Title);
            IAnsiConsole ansi = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = console.IsOutputTerminal ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            });
            ansi.Profile.Width = console.Width;
            ansi.Profile.Capabilities.Unicode = true;
            ansi.Write(Draw(table, console.IsOutputTerminal));
        }

        output.WriteLine();
        foreach (string note in report.Notes) output.WriteLine($"- {note}");
        output.Flush();
    }

    private static Table Draw(ReportTable table, bool isTerminal)
    {
        var drawn = new Table { Border = isTerminal ? TableBorder.Rounded : TableBorder.Ascii2 };
        foreach (string column in table.Columns)
        {
            bool isNumber = column.StartsWith('>');
            drawn.AddColumn(new TableColumn(new Text(column.TrimStart('>'))) { NoWrap = isNumber }.Alignment(isNumber ? Justify.Right : Justify.Left));
        }

        foreach (IReadOnlyList<string> row in table.Rows) drawn.AddRow(row.Select(cell => new Text(cell)));
        return drawn;
    }
}
