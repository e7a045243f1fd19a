using System.Globalization;
using System.Text;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Configuration;

/// <summary>Reads the format of Java's <c>.properties</c> files.</summary>
/// <remarks>
/// A line is a name and a value, parted by '=', ':' or blanks. '#' and '!' begin a comment line. A line that ends in an odd number of backslashes goes on in
/// the next one, whose leading blanks do not count. A backslash makes the character after it ordinary, or stands for one: \t \n \r \f \uXXXX.
/// </remarks>
internal static class PropertiesSettings
{
    internal static IReadOnlyList<ConfigEntry> Parse(string text, string fileName)
    {
        var entries = new List<ConfigEntry>();
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].TrimStart(' ', '\t', '\f');
            if (line.Length == 0 || line[0] is '#' or '!') continue;
            int firstLine = index + 1;
            string logical = line;
            while (GoesOn(logical))
            {
                logical = logical[..^1];
                if (++index == lines.Length) break;
                logical += lines[index].TrimStart(' ', '\t', '\f');
            }
            entries.Add(ParseLine(logical, fileName, firstLine));
        }
        return entries;
    }

    private static bool GoesOn(string line)
    {
        int backslashesCount = line.Length - line.AsSpan().TrimEnd('\\').Length;
        return backslashesCount % 2 == 1;
    }

    private static ConfigEntry ParseLine(string line, string fileName, int lineNumber)
    {
        int nameEnd = 0;
        while (nameEnd < line.Length && line[nameEnd] is not ('=' or ':' or ' ' or '\t' or '\f'))
        {
            nameEnd += line[nameEnd] == '\\' ? 2 : 1;
        }
        nameEnd = Math.Min(nameEnd, line.Length);
        int valueStart = SkipBlanks(line, nameEnd);
        if (valueStart < line.Length && line[valueStart] is '=' or ':') valueStart = SkipBlanks(line, valueStart + 1);
        string name = Unescape(line.AsSpan(0, nameEnd), fileName, lineNumber);
        if (name.Length == 0) throw new ConfigFileException(fileName, lineNumber, "a value without a name");
        string origin = string.Create(CultureInfo.InvariantCulture, $"{fileName}:{lineNumber}");
        return new ConfigEntry(name, Unescape(line.AsSpan(valueStart), fileName, lineNumber), origin);
    }

    private static int SkipBlanks(string line, int index)
    {
        while (index < line.Length && line[index] is ' ' or '\t' or '\f') index++;
        return index;
    }

    private static string Unescape(ReadOnlySpan<char> text, string fileName, int lineNumber)
    {
        if (!text.Contains('\\')) return text.ToString();
        var plain = new StringBuilder(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\')
            {
                plain.Append(text[index]);
                continue;
            }
            // A backslash at the very end of the file has nothing after it and is dropped, as in Java.
            if (++index == text.Length) break;
            switch (text[index])
            {
                case 't': plain.Append('\t'); break;
                case 'n': plain.Append('\n'); break;
                case 'r': plain.Append('\r'); break;
                case 'f': plain.Append('\f'); break;
                case 'u':
                    if (text.Length - index < 5 || !ushort.TryParse(text.Slice(index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                            out ushort character))
                    {
                        throw new ConfigFileException(fileName, lineNumber, "\\u needs four hexadecimal digits");
                    }
                    plain.Append((char)character);
                    index += 4;
                    break;
                default: plain.Append(text[index]); break;
            }
        }
        return plain.ToString();
    }
}
