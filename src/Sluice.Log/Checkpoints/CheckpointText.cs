using System.Globalization;
using System.Text;

namespace Sluice.Log.Checkpoints;

/// <summary>The form that all text checkpoints share: version, number of entries, one entry per line.</summary>
/// <remarks>Pure; bytes: docs/formats/checkpoints.md.</remarks>
internal static class CheckpointText
{
    private const char Version = '0';

    /// <summary>Lays out a checkpoint.</summary>
    public static byte[] Format<TEntry>(IReadOnlyCollection<TEntry> entries, Func<TEntry, string> formatEntry)
    {
        var text = new StringBuilder();
        text.Append(Version).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{entries.Count}").Append('\n');
        foreach (TEntry entry in entries)
        {
            text.Append(formatEntry(entry)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a checkpoint, each entry split at its spaces.</summary>
    /// <param name="name">Name of the file, for the message of an exception.</param>
    /// <param name="content">Whole content; none at all stands for no entries.</param>
    /// <param name="fieldsCount">Fields that every entry must have.</param>
    /// <exception cref="InvalidDataException">The version, the number of entries or a line is not what it should be.</exception>
    public static List<string[]> Parse(string name, ReadOnlySpan<byte> content, int fieldsCount)
    {
        var entries = new List<string[]>();
        if (content.IsEmpty)
        {
            return entries;
        }

        string[] lines = Encoding.UTF8.GetString(content).Split('\n');
        if (lines[0].TrimEnd('\r') != Version.ToString())
        {
            throw new InvalidDataException($"Checkpoint {name} has version '{lines[0]}'; {Version} was expected.");
        }

        if (lines.Length < 2 || !int.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out int expectedCount))
        {
            throw new InvalidDataException($"Checkpoint {name} does not say how many entries it has.");
        }

        foreach (string line in lines.Skip(2))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0)
            {
                continue;
            }

            if (fields.Length != fieldsCount)
            {
                throw new InvalidDataException($"Checkpoint {name} has the malformed line '{line}'.");
            }

            entries.Add(fields);
        }

        if (entries.Count != expectedCount)
        {
            throw new InvalidDataException($"Checkpoint {name} announces {expectedCount} entries and has {entries.Count}.");
        }

        return entries;
    }

    /// <summary>Reads a decimal field.</summary>
    /// <exception cref="InvalidDataException">The field is no number.</exception>
    public static long ParseInt64(string name, string field) =>
        long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new InvalidDataException($"Checkpoint {name} has '{field}' where a number was expected.");
}
