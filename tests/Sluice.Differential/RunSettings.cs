namespace Sluice.Differential;

/// <summary>What the environment asks of a run.</summary>
internal static class RunSettings
{
    public const string KafkaFolderVariable = "SLUICE_KAFKA_FOLDER";

    /// <summary>Folder with the launcher <c>kafka</c>; null = there is none, so nothing is compared.</summary>
    public static string? KafkaFolder { get; } = Get(KafkaFolderVariable);

    /// <summary>True = two Kafkas are compared, which must find no difference: a check of the scenarios themselves.</summary>
    public static bool ComparesKafkaWithItself { get; } = Get("SLUICE_DIFFERENTIAL_SELF") == "1";

    /// <summary>True = docs/compatibility.md is written anew from the run.</summary>
    public static bool WritesDocs { get; } = Get("SLUICE_WRITE_DOCS") == "1";

    /// <summary>Part of the names of the scenarios to run; null = all.</summary>
    public static string? Only { get; } = Get("SLUICE_SCENARIOS");

    /// <summary>Folder that receives every answer of both peers as text, for reading; null = none is written.</summary>
    public static string? TranscriptFolder { get; } = Get("SLUICE_TRANSCRIPTS");

    /// <summary>The folder that holds tests/ and docs/.</summary>
    public static string RepositoryFolder { get; } = FindRepository();

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sluice.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }

    private static string? Get(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
