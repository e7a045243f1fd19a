namespace Sluice.Cli;

/// <summary>What the process tells its caller; documented in the help of <c>sluice</c> itself.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    internal const int Ok = 0;

    /// <summary>The broker, the network or the file system said no.</summary>
    internal const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    internal const int Usage = 2;

    /// <summary>Interrupted: 128 and the number of SIGINT, as shells count.</summary>
    internal const int Interrupted = 130;
}
