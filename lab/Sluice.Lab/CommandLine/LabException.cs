namespace Sluice.Lab.CommandLine;

/// <summary>Ends a command with one line on standard error.</summary>
/// <param name="message">One line that says what is wrong and, where that is known, what to do about it.</param>
/// <param name="exitCode">See <see cref="ExitCodes"/>.</param>
internal sealed class LabException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    /// <summary>What the process ends with.</summary>
    internal int ExitCode { get; } = exitCode;

    /// <summary>The caller got the command line wrong.</summary>
    internal static LabException Usage(string message) => new(message, ExitCodes.Usage);
}
