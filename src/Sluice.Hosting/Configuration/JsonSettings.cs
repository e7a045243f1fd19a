using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Configuration;

/// <summary>Reads settings from a JSON object. Objects inside it are joined with dots, so that <c>{"log": {"dir": "/data"}}</c> is <c>log.dir</c>.</summary>
/// <remarks>Texts, numbers and booleans are values, arrays of them lists; null leaves a setting as if it were not there. Comments and a comma too many are
/// allowed.</remarks>
internal static class JsonSettings
{
    internal static IReadOnlyList<ConfigEntry> Parse(ReadOnlySpan<byte> json, string fileName)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var entries = new List<ConfigEntry>();
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new ConfigFileException(fileName, LineOf(json, reader.TokenStartIndex), "settings are one JSON object");
            }
            ReadObject(ref reader, json, fileName, prefix: "", entries);
            // Reading on checks that nothing but blanks and comments follows.
            reader.Read();
        }
        catch (JsonException error)
        {
            throw new ConfigFileException(fileName, (int)(error.LineNumber ?? 0) + 1, $"this is not JSON: {WithoutPlace(error.Message)}");
        }
        return entries;
    }

    // The reader's own count of lines begins with 0, and would contradict ours.
    private static string WithoutPlace(string message) => message.Split(" LineNumber: ")[0];

    private static void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string fileName, string prefix, List<ConfigEntry> entries)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = prefix + reader.GetString();
            int line = LineOf(json, reader.TokenStartIndex);
            reader.Read();
            string? value = null;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref reader, json, fileName, name + ".", entries);
                    continue;
                case JsonTokenType.StartArray:
                    value = ReadList(ref reader, json, fileName, name);
                    break;
                case JsonTokenType.Null:
                    continue;
                default:
                    value = ReadScalar(ref reader);
                    break;
            }
            entries.Add(new ConfigEntry(name, value, string.Create(CultureInfo.InvariantCulture, $"{fileName}:{line}")));
        }
    }

    private static string ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string fileName, string name)
    {
        var elements = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.Null)
            {
                throw new ConfigFileException(fileName, LineOf(json, reader.TokenStartIndex), $"an element of {name} is neither text, number nor boolean");
            }
            string element = ReadScalar(ref reader);
            if (element.Contains(',', StringComparison.Ordinal))
            {
                throw new ConfigFileException(fileName, LineOf(json, reader.TokenStartIndex), $"an element of {name} contains a comma, which parts elements");
            }
            elements.Add(element);
        }
        return string.Join(',', elements);
    }

    // Numbers as they stand there: what a double makes of them is not what was written.
    private static string ReadScalar(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);

    private static int LineOf(ReadOnlySpan<byte> json, long positionBytes) => 1 + json[..(int)positionBytes].Count((byte)'\n');
}
