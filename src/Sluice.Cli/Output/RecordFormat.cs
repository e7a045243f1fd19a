using System.Text;

namespace Sluice.Cli.Output;

/// <summary>In which form records are printed: fields and the text between them.</summary>
internal sealed class RecordFormat
{
    private static readonly Dictionary<string, RecordField> FieldsByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["topic"] = RecordField.Topic,
        ["partition"] = RecordField.Partition,
        ["offset"] = RecordField.Offset,
        ["timestamp"] = RecordField.Timestamp,
        ["time"] = RecordField.Time,
        ["headers"] = RecordField.Headers,
        ["key"] = RecordField.Key,
        ["value"] = RecordField.Value,
    };

    private RecordFormat(IReadOnlyList<(RecordField Field, byte[] Text)> parts) => Parts = parts;

    /// <summary>What can be named in formats.</summary>
    internal static IEnumerable<string> FieldNames => FieldsByName.Keys;

    /// <summary>The parts in their order; the text is empty unless the field is <see cref="RecordField.Text"/>.</summary>
    internal IReadOnlyList<(RecordField Field, byte[] Text)> Parts { get; }

    /// <summary>Fields separated by tabs, then the value and a line end.</summary>
    /// <param name="names">Separated by commas; null = the value only.</param>
    /// <exception cref="CommandException">One of them is no field.</exception>
    internal static RecordFormat FromFields(string? names)
    {
        List<(RecordField, byte[])> parts = [];
        foreach (string name in (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            RecordField field = Field(name, "--print");
            if (field == RecordField.Value) continue;
            parts.Add((field, []));
            parts.Add((RecordField.Text, "\t"u8.ToArray()));
        }

        parts.Add((RecordField.Value, []));
        parts.Add((RecordField.Text, "\n"u8.ToArray()));
        return new RecordFormat(parts);
    }

    /// <summary>Reads a format.</summary>
    /// <param name="format">Fields in braces; a doubled brace is a brace. Backslash and n, t, r, 0 or backslash are what they are in C.</param>
    /// <exception cref="CommandException">An unknown field, or a brace without its partner.</exception>
    internal static RecordFormat Parse(string format)
    {
        List<(RecordField, byte[])> parts = [];
        var text = new StringBuilder();
        int index = 0;
        while (index < format.Length)
        {
            char current = format[index++];
            char next = index < format.Length ? format[index] : '\0';
            if (current == '\\' && Unescape(next) is { } unescaped)
            {
                text.Append(unescaped);
                index++;
            }
            else if (current is '{' or '}' && next == current)
            {
                text.Append(current);
                index++;
            }
            else if (current == '{')
            {
                int close = format.IndexOf('}', index);
                if (close < 0) throw CommandException.Usage("--format has a '{' without its '}'");
                if (text.Length > 0) parts.Add((RecordField.Text, Encoding.UTF8.GetBytes(text.ToString())));
                text.Clear();
                parts.Add((Field(format[index..close], "--format"), []));
                index = close + 1;
            }
            else
            {
                text.Append(current);
            }
        }

        if (text.Length > 0) parts.Add((RecordField.Text, Encoding.UTF8.GetBytes(text.ToString())));
        return new RecordFormat(parts);
    }

    private static char? Unescape(char character) => character switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        '\\' => '\\',
        _ => null,
    };

    private static RecordField Field(string name, string option) => FieldsByName.TryGetValue(name.Trim(), out RecordField field)
        ? field
        : throw CommandException.Usage($"{option} knows {string.Join(", ", FieldNames)}; there is no '{name}'");
}
