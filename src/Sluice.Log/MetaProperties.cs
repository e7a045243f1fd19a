using System.Globalization;
using System.Text;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>The identity that <c>meta.properties</c> gives a log directory.</summary>
/// <param name="ClusterId">Cluster that the directory belongs to; null only in version 0.</param>
/// <param name="NodeId">Node that owns the directory; -1 if a version 0 file does not say.</param>
/// <param name="DirectoryId">Identity of the directory itself; null if the file does not say.</param>
public sealed record MetaProperties(string? ClusterId, int NodeId, Uuid? DirectoryId)
{
    /// <summary>Name of the file within a log directory.</summary>
    public const string FileName = "meta.properties";

    /// <summary>Reads the file of a log directory.</summary>
    /// <param name="logDirectory">The log directory.</param>
    /// <returns>Null if the directory has no such file yet.</returns>
    /// <exception cref="InvalidDataException">The version is unknown or a required key is missing or malformed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MetaProperties? Read(string logDirectory)
    {
        string path = Path.Combine(logDirectory, FileName);
        return File.Exists(path) ? Parse(path, File.ReadAllText(path)) : null;
    }

    /// <summary>Writes the file of a log directory as version 1; it is on the device when this returns.</summary>
    /// <param name="logDirectory">The log directory.</param>
    /// <exception cref="InvalidOperationException">There is no cluster id or no node id, which version 1 requires.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Write(string logDirectory) =>
        AtomicFile.Replace(FileIo.Instance, Path.Combine(logDirectory, FileName), Encoding.UTF8.GetBytes(Format()), fsync: true);

    internal string Format()
    {
        if (ClusterId is null || NodeId < 0)
        {
            throw new InvalidOperationException("meta.properties version 1 needs a cluster id and a node id.");
        }

        var text = new StringBuilder("#\n");
        text.Append(CultureInfo.InvariantCulture, $"cluster.id={ClusterId}\n");
        if (DirectoryId is { } directoryId)
        {
            text.Append(CultureInfo.InvariantCulture, $"directory.id={directoryId}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"node.id={NodeId}\nversion=1\n");
        return text.ToString();
    }

    internal static MetaProperties Parse(string name, string content)
    {
        var values = new Dictionary<string, string>();
        foreach (string rawLine in content.Split('\n'))
        {
            string line = rawLine.Trim();
            if (line.Length == 0 || line[0] is '#' or '!')
            {
                continue;
            }

            // Java's property files separate key and value by '=' or ':' and escape ':' and '=' in values; none of these values holds either.
            int separatorIndex = line.AsSpan().IndexOfAny('=', ':');
            if (separatorIndex > 0)
            {
                values[line[..separatorIndex].Trim()] = line[(separatorIndex + 1)..].Trim().Replace("\\", "", StringComparison.Ordinal);
            }
        }

        int version = ParseInt32(name, values, "version") ?? 0;
        Uuid? directoryId = null;
        if (values.TryGetValue("directory.id", out string? directoryText))
        {
            directoryId = Uuid.TryParse(directoryText, out Uuid parsed)
                ? parsed
                : throw new InvalidDataException($"{name} has the malformed directory.id '{directoryText}'.");
        }

        values.TryGetValue("cluster.id", out string? clusterId);
        return version switch
        {
            0 => new MetaProperties(clusterId, ParseInt32(name, values, "broker.id") ?? -1, directoryId),
            1 when clusterId is null => throw new InvalidDataException($"{name} has no cluster.id."),
            1 => new MetaProperties(
                clusterId, ParseInt32(name, values, "node.id") ?? throw new InvalidDataException($"{name} has no node.id."), directoryId),
            _ => throw new InvalidDataException($"{name} has version {version}, which is not known."),
        };
    }

    private static int? ParseInt32(string name, Dictionary<string, string> values, string key)
    {
        if (!values.TryGetValue(key, out string? text))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new InvalidDataException($"{name} has the malformed {key} '{text}'.");
    }
}
