namespace Sluice.Metadata.Configs;

/// <summary>What Sluice does with a setting that somebody gives.</summary>
public enum ConfigSupportKind
{
    /// <summary>The value is acted upon.</summary>
    Honoured,

    /// <summary>At start the value is accepted, named in a report and otherwise ignored; a change at run time is refused.</summary>
    NoEffect,

    /// <summary>Any value but the default is refused, at start and at run time.</summary>
    Refused,
}
