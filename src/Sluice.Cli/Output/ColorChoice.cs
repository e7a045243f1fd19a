namespace Sluice.Cli.Output;

/// <summary>When to use colours and drawn tables.</summary>
internal enum ColorChoice
{
    /// <summary>On a terminal only, and not where NO_COLOR is set.</summary>
    Auto = 0,

    /// <summary>Also into files and pipes.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
