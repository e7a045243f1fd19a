namespace Sluice.Conformance.Peers;

/// <summary>A folder of its own under the system's temporary folder, removed with everything in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder(string purpose) => Path = Directory.CreateTempSubdirectory($"sluice-{purpose}-").FullName;

    public string Path { get; }

    /// <summary>True = the folder stays, so that what went wrong can be looked at.</summary>
    public bool Keep { get; set; }

    public void Dispose()
    {
        if (Keep || !Directory.Exists(Path)) return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that was killed a moment ago may still be removing files of its own. What is left is in the temporary folder.
        }
    }
}
