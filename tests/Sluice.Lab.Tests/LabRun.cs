using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Tests;

/// <summary>A command line run to its end inside this process; its sender and receiver are processes as always.</summary>
/// <param name="ExitCode">What a shell would see.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record LabRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs one.</summary>
    internal static async Task<LabRun> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new LabConsole { Output = output, Error = error };
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        int exitCode = await LabCommandLine.RunAsync(arguments, console, deadline.Token);
        return new LabRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>What it said went wrong: the last line of standard error.</summary>
    internal string LastErrorLine => Error.TrimEnd().Split('\n')[^1];
}
