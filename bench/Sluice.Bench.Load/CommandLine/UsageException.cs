namespace Sluice.Bench.Load.CommandLine;

/// <summary>The command line, or the machine, does not allow what was asked; the message says why in one line.</summary>
internal sealed class UsageException(string message) : Exception(message);
