using Spectre.Console;

namespace Sluice.Cli.Output;

/// <summary>A small table: drawn and coloured for people, plain columns for everything else.</summary>
internal sealed class TextTable
{
    private const string RightMark = ">";

    // Wide enough for everything: a program that reads lines wants one line per row.
    private const int PlainWidth = 1_000_000;

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
    internal string Render(bool isRich, int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Terminal.Create(output, isRich, isRich ? width : PlainWidth).Write(isRich ? Drawn() : Plain());
        return isRich ? output.ToString() : WithoutTrailingBlanks(output.ToString());
    }

    private Table Drawn() => Fill(
        new Table { Border = TableBorder.Rounded, BorderStyle = new Style(Color.Grey) },
        heading => new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));

    private Table Plain() => Fill(
        new Table { Border = TableBorder.None },
        heading => new TableColumn(new Text(heading.ToUpperInvariant())) { Padding = new Padding(0, 0, 2, 0) });

    private Table Fill(Table table, Func<string, TableColumn> createColumn)
    {
        for (int column = 0; column < _headings.Length; column++)
        {
            table.AddColumn(createColumn(_headings[column]).Alignment(_isRight[column] ? Justify.Right : Justify.Left));
        }

        foreach (string[] row in _rows) table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }

    private static string WithoutTrailingBlanks(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd(' ')));
}
