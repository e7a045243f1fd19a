using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Reporting;

/// <summary>The folder of a report.</summary>
internal static class ReportFolder
{
    /// <summary>Makes the folder before anything is measured, so that a run of minutes does not end in an error.</summary>
    /// <param name="path">As typed; null = no report is wanted.</param>
    /// <returns>Absolute; null = no report is wanted.</returns>
    /// <exception cref="LabException">It cannot be made, or not be written to.</exception>
    internal static string? Prepare(string? path)
    {
        if (path is null) return null;
        string fullPath = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(fullPath);
            string probe = Path.Combine(fullPath, $".sluice-lab-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return fullPath;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"--out: no report can be written to {fullPath}: {exception.Message}");
        }
    }
}
