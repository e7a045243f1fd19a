namespace Sluice.Cli.Output;

/// <summary>Whoever read standard output is gone, as after <c>| head</c>. No error: there is nothing left to do.</summary>
internal sealed class OutputClosedException(Exception innerException) : Exception("Nobody reads the output any more.", innerException);
