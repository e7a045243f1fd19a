using System.Text;
using Sluice.Log.Storage;

namespace Sluice.Log.Moving;

/// <summary>The file <c>move-marker</c> in a copy that may be appended to instead of the log that it was made from.</summary>
/// <remarks>
/// On the device before the two change places, and there until only one of them is left. While it is there, a start that finds both keeps the one
/// that goes further: nothing is appended to the other any more. Without it a copy is not finished, and the log that it is made from counts.
/// </remarks>
internal static class MoveMarker
{
    public const string Name = "move-marker";

    /// <summary>Whether a partition's directory has one.</summary>
    public static bool IsIn(string directory) => File.Exists(Path.Combine(directory, Name));

    /// <summary>Makes it; it, and every name in the directory, is on the device when this returns.</summary>
    /// <param name="io">Where file calls go.</param>
    /// <param name="directory">The copy's directory.</param>
    /// <param name="from">Log directory that the partition is leaving; for whoever looks at the file.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(IFileIo io, string directory, string from) =>
        AtomicFile.Replace(io, Path.Combine(directory, Name), Encoding.UTF8.GetBytes($"{from}\n"), fsync: true);

    /// <summary>Takes it away, if it is there; that is on the device when this returns.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Remove(IFileIo io, string directory)
    {
        if (IsIn(directory))
        {
            io.Delete(Path.Combine(directory, Name));
            io.SyncDirectory(directory);
        }
    }
}
