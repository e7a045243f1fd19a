using System.Text;
using Spectre.Console;

namespace Sluice.Cli.Output;

/// <summary>A small table: drawn and coloured for people, plain columns for everything else.</summary>
internal sealed class TextTable
{
    private const string RightMark = ">";

    private readonly string[] _headings;
    private readonly bool[] _isRight;
    private readonly List<string[]> _rows = [];

    /// <summary>Creates a table without rows.</summary>
    /// <param name="columns">Headings; those of numbers begin with '>' and are set to the right.</param>
    internal TextTable(params string[] columns)
    {
        _isRight = [.. columns.Select(column => column.StartsWith(RightMark, StringComparison.Ordinal))];
        _headings = [.. columns.Select(column => column.TrimStart('>'))];
    }

    internal void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The table as text, each line ended.</summary>
    /// <param name="isRich">Whether to draw it.</param>
    /// <param name="width">Columns that a drawn table may take.</param>
    internal string Render(bool isRich, int width) => isRich ? RenderRich(width) : RenderPlain();

    private string RenderPlain()
    {
        int[] widths = [.. _headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        var text = new StringBuilder();
        AppendRow(text, [.. _headings.Select(heading => heading.ToUpperInvariant())], widths);
        foreach (string[] row in _rows) AppendRow(text, row, widths);
        return text.ToString();
    }

    private void AppendRow(StringBuilder text, string[] cells, int[] widths)
    {
        int start = text.Length;
        for (int column = 0; column < cells.Length; column++)
        {
            if (column > 0) text.Append("  ");
            text.Append(_isRight[column] ? cells[column].PadLeft(widths[column]) : cells[column].PadRight(widths[column]));
        }

        while (text.Length > start && text[^1] == ' ') text.Length--;
        text.Append('\n');
    }

    private string RenderRich(int width)
    {
        var table = new Table { Border = TableBorder.Rounded, BorderStyle = new Style(Color.Grey) };
        for (int column = 0; column < _headings.Length; column++)
        {
            table.AddColumn(new TableColumn(new Text(_headings[column], new Style(decoration: Decoration.Bold)))
            {
                Alignment = _isRight[column] ? Justify.Right : Justify.Left,
            });
        }

        foreach (string[] row in _rows) table.AddRow(row.Select(cell => new Text(cell)));

        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(table);
        return output.ToString();
    }
}
