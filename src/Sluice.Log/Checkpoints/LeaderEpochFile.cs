using System.Globalization;
using Sluice.Log.Storage;

namespace Sluice.Log.Checkpoints;

/// <summary>The <c>leader-epoch-checkpoint</c> of a partition: lines of <c>epoch startOffset</c>, both ascending.</summary>
internal static class LeaderEpochFile
{
    public const string Name = "leader-epoch-checkpoint";

    /// <summary>Reads the checkpoint; a missing file has no entries.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static List<EpochEntry> Read(string path)
    {
        var entries = new List<EpochEntry>();
        if (!File.Exists(path))
        {
            return entries;
        }

        foreach (string[] fields in CheckpointText.Parse(path, File.ReadAllBytes(path), fieldsCount: 2))
        {
            long epoch = CheckpointText.ParseInt64(path, fields[0]);
            if (epoch is < 0 or > int.MaxValue)
            {
                throw new InvalidDataException($"Checkpoint {path} has the epoch '{fields[0]}'.");
            }

            entries.Add(new EpochEntry((int)epoch, CheckpointText.ParseInt64(path, fields[1])));
        }

        return entries;
    }

    public static void Write(IFileIo io, string path, IReadOnlyCollection<EpochEntry> entries, bool fsync) =>
        AtomicFile.Replace(io, path, CheckpointText.Format(entries, FormatEntry), fsync);

    private static string FormatEntry(EpochEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Epoch} {entry.StartOffset}");
}
