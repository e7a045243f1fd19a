namespace Sluice.Cli;

/// <summary>Ends a command with one line on standard error.</summary>
/// <param name="message">One line that says what to do about it.</param>
/// <param name="exitCode">See <see cref="ExitCodes"/>.</param>
internal sealed class CommandException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    /// <summary>What the process ends with.</summary>
    internal int ExitCode { get; } = exitCode;

    /// <summary>The caller got the command line wrong.</summary>
    internal static CommandException Usage(string message) => new(message, ExitCodes.Usage);
}
