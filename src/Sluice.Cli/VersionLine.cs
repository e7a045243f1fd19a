using System.CommandLine;
using System.CommandLine.Invocation;
using Sluice.Cli.Serving;

namespace Sluice.Cli;

/// <summary>Prints name and version, without the commit that build tools add.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"sluice {ServeBanner.Version}");
        return ExitCodes.Ok;
    }
}
