using System.Text;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Configuration;

/// <summary>Reads the settings of a file, without judging them.</summary>
public static class ConfigFile
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file: JSON if its name ends in <c>.json</c>, else Kafka's <c>.properties</c> format, in UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The settings in the order of the file; the origin of each is <c>name:line</c>. A name may be there more than once.</returns>
    /// <exception cref="ConfigFileException">The file is not in its format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<ConfigEntry> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = File.ReadAllBytes(path);
        string fileName = Path.GetFileName(path);
        ReadOnlyMemory<byte> content = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return JsonSettings.Parse(content.Span, fileName);
        try
        {
            return PropertiesSettings.Parse(s_strictUtf8.GetString(content.Span), fileName);
        }
        catch (DecoderFallbackException error)
        {
            int line = 1 + content.Span[..Math.Max(0, error.Index)].Count((byte)'\n');
            throw new ConfigFileException(fileName, line, "the file is not in UTF-8; write other characters as \\uXXXX");
        }
    }
}
