namespace Sluice.Cli.Tests.Support;

/// <summary>What a command line did.</summary>
internal sealed record CliOutcome(int ExitCode, string Output, string Error)
{
    internal string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    internal string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Asserts that it said in one line what was wrong, and nothing else.</summary>
    internal void ShouldFail(int exitCode, string because)
    {
        Error.ShouldContain(because);
        ErrorLines.Length.ShouldBe(1, Error);
        ErrorLines[0].ShouldStartWith("sluice: ");
        ExitCode.ShouldBe(exitCode);
    }

    internal CliOutcome ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Error);
        return this;
    }
}
