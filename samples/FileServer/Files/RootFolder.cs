namespace Sluice.Samples.FileServer.Files;

/// <summary>The folder that is served; opens what lies below it and nothing else.</summary>
internal abstract class RootFolder : IDisposable
{
    /// <summary>Opens a regular file for reading. May wait for the disk.</summary>
    /// <param name="path">Names with slashes between them, as <see cref="Http.TargetPath.Decode"/> leaves them; empty for the root.</param>
    public abstract OpenedFile Open(ReadOnlySpan<byte> path);

    public abstract void Dispose();

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static RootFolder At(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no folder '{path}'.");
        }

        return (RootFolder?)BeneathRootFolder.TryOpen(path) ?? new PortableRootFolder(path);
    }
}
