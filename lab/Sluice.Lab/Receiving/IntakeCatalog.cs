using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Receiving;

/// <summary>The ways in.</summary>
internal static class IntakeCatalog
{
    internal const string BufferPwrite = "buffer-pwrite";
    internal const string MmapCold = "mmap-cold";
    internal const string MmapPrefaulted = "mmap-prefaulted";
    internal const string Splice = "splice";

    /// <summary>In the order of tables.</summary>
    internal static IReadOnlyList<string> All { get; } = [BufferPwrite, MmapCold, MmapPrefaulted, Splice];

    /// <summary>CPU copies of each byte, and how it goes.</summary>
    internal static (string Copies, string How) Describe(string mechanism) => mechanism switch
    {
        BufferPwrite => ("2", "recv into a buffer, pwrite from it: socket -> buffer -> page cache"),
        MmapCold => ("1", "recv straight into the mapped, preallocated file; its pages are mapped as the bytes come"),
        MmapPrefaulted => ("1", "the same, and every page was mapped before (MADV_POPULATE_WRITE)"),
        _ => ("0 to 1", "splice socket -> pipe -> file; the file system may copy; the program cannot see the bytes, so no CRC"),
    };

    /// <summary>Whether the program sees the bytes, and so can compute anything over them.</summary>
    internal static bool SeesBytes(string mechanism) => mechanism != Splice;

    /// <exception cref="LabException">There is none of that name.</exception>
    internal static string Find(string name) =>
        All.Contains(name) ? name : throw LabException.Usage($"there is no mechanism '{name}'; there are {string.Join(", ", All)}");
}
