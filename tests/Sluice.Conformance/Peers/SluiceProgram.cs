namespace Sluice.Conformance.Peers;

/// <summary>Finds the built <c>sluice.dll</c> beside this test's own build.</summary>
public static class SluiceProgram
{
    /// <summary>Full path of the program, of the same configuration as the running tests.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        // …/tests/<project>/bin/<configuration>/net10.0/
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        DirectoryInfo configuration = framework.Parent!;
        string root = configuration.Parent!.Parent!.Parent!.Parent!.FullName;
        string path = System.IO.Path.Combine(root, "src", "Sluice.Cli", "bin", configuration.Name, framework.Name, "sluice.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException("The broker has not been built.", path);
    }
}
