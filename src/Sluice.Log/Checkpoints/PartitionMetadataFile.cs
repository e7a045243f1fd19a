using System.Globalization;
using System.Text;
using Sluice.Log.Storage;
using Sluice.Protocol;

namespace Sluice.Log.Checkpoints;

/// <summary>The <c>partition.metadata</c> file: which topic a directory belongs to, whatever its name says.</summary>
internal static class PartitionMetadataFile
{
    public const string Name = "partition.metadata";

    /// <summary>Reads the topic id; null if there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or holds the zero id.</exception>
    public static Uuid? Read(string path) => File.Exists(path) ? Parse(path, File.ReadAllText(path)) : null;

    public static void Write(IFileIo io, string path, Uuid topicId, bool callerSyncsDirectory = false) =>
        AtomicFile.Replace(io, path, Encoding.UTF8.GetBytes(Format(topicId)), fsync: true, callerSyncsDirectory);

    public static string Format(Uuid topicId) => $"version: 0\ntopic_id: {topicId}";

    public static Uuid Parse(string name, string content)
    {
        string[] lines = content.Split('\n');
        if (lines.Length < 2
            || !TryValue(lines[0], "version", out string? version)
            || !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || !TryValue(lines[1], "topic_id", out string? topicIdText)
            || !Uuid.TryParse(topicIdText, out Uuid topicId)
            || topicId == Uuid.Zero)
        {
            throw new InvalidDataException($"{name} does not name a topic id.");
        }

        return topicId;
    }

    private static bool TryValue(string line, string key, out string? value)
    {
        string[] parts = line.TrimEnd('\r').Split(": ");
        value = parts.Length == 2 && parts[0] == key ? parts[1] : null;
        return value is not null;
    }
}
