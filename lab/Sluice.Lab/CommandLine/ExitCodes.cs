namespace Sluice.Lab.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    internal const int Ok = 0;

    /// <summary>A file, the network or this machine said no.</summary>
    internal const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    internal const int Usage = 2;

    /// <summary>Interrupted: 128 and the number of SIGINT, as shells count.</summary>
    internal const int Interrupted = 130;
}
