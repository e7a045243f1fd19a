namespace Sluice.Cli.Serving;

/// <summary>Lets .NET's sockets go on in the thread that waits for them, which saves a fetch two changes of threads.</summary>
/// <remarks>The runtime reads the variable once, at its first socket; this process is the broker's own, so nobody else is affected.</remarks>
internal static class InlineSockets
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Switches it on, unless the environment already says something.</summary>
    /// <returns>Whether it is on.</returns>
    internal static bool TryEnable()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } chosen) return chosen == "1";
        Environment.SetEnvironmentVariable(Variable, "1");
        return true;
    }
}
