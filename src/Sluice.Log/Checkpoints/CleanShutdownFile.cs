using System.Globalization;
using System.Text;
using System.Text.Json;
using Sluice.Log.Storage;

namespace Sluice.Log.Checkpoints;

/// <summary>The <c>.kafka_cleanshutdown</c> marker: every log of the directory was flushed and closed.</summary>
internal static class CleanShutdownFile
{
    public const string Name = ".kafka_cleanshutdown";

    /// <summary>Reads the marker and removes it, so that a crash from here on counts as one.</summary>
    /// <param name="io">Where the removal goes.</param>
    /// <param name="logDirectory">The log directory.</param>
    /// <param name="brokerEpoch">Epoch of the broker that shut down; -1 if the marker does not say.</param>
    /// <returns>Whether there was a marker.</returns>
    public static bool Take(IFileIo io, string logDirectory, out long brokerEpoch)
    {
        string path = Path.Combine(logDirectory, Name);
        brokerEpoch = -1;
        if (!File.Exists(path))
        {
            return false;
        }

        brokerEpoch = ParseBrokerEpoch(File.ReadAllBytes(path));
        io.Delete(path);
        io.SyncDirectory(logDirectory);
        return true;
    }

    public static void Write(IFileIo io, string logDirectory, long brokerEpoch) =>
        AtomicFile.Replace(io, Path.Combine(logDirectory, Name), Format(brokerEpoch), fsync: true);

    public static byte[] Format(long brokerEpoch) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"version":0,"brokerEpoch":{{brokerEpoch}}}"""));

    /// <summary>Broker epoch of a marker; -1 for an empty or unreadable one, which is still a marker.</summary>
    public static long ParseBrokerEpoch(byte[] content)
    {
        if (content.Length == 0)
        {
            return -1;
        }

        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("brokerEpoch", out JsonElement element)
                && element.ValueKind == JsonValueKind.Number
                && element.TryGetInt64(out long brokerEpoch)
                    ? brokerEpoch
                    : -1;
        }
        catch (JsonException)
        {
            return -1; // That the file exists is the message; its content only adds the epoch.
        }
    }
}
