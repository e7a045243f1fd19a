using System.Diagnostics;

namespace Sluice.Packages.Tests;

/// <summary>Runs commands as a person would who has cloned the repository.</summary>
internal static class Shell
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    /// <summary>Root folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote, to both outputs.</returns>
    /// <exception cref="InvalidOperationException">It failed; with what it wrote.</exception>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        // What these tests restore is theirs alone: packages of the same version that others use are neither taken nor replaced.
        start.Environment["NUGET_PACKAGES"] = Path.Combine(Root, "artifacts", "nuget");
        string restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        if (Directory.Exists(restored)) start.Environment["RestoreFallbackFolders"] = restored;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        string written = await output + await errors;
        return process.ExitCode == 0 ? written : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{written}");
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Sluice.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Sluice.slnx was not found above the test binary.");
    }
}
