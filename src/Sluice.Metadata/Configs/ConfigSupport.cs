namespace Sluice.Metadata.Configs;

/// <summary>Says whether a setting is acted upon, and if not, why: no setting is ever dropped in silence.</summary>
/// <param name="Kind">What happens to a value that somebody gives.</param>
/// <param name="Reason">One sentence without a full stop, shown to the operator. Null only for a plainly honoured setting; on an honoured one it is a
/// remark about what its value will do later.</param>
public sealed record ConfigSupport(ConfigSupportKind Kind, string? Reason)
{
    /// <summary>Acted upon in full.</summary>
    public static ConfigSupport Honoured { get; } = new(ConfigSupportKind.Honoured, null);

    /// <summary>Acted upon at start; a change at run time is refused although Kafka allows it.</summary>
    public static ConfigSupport HonouredAtStart { get; } =
        new(ConfigSupportKind.Honoured, "a change takes effect at the next start only, so it belongs into the file") { IsAtStartOnly = true };

    /// <summary>Whether a value given at start is acted upon but a change at run time would not be.</summary>
    public bool IsAtStartOnly { get; private init; }

    /// <summary>Whether the value is acted upon.</summary>
    public bool IsHonoured => Kind == ConfigSupportKind.Honoured;

    /// <summary>Accepted, kept and described, with a remark about the part of its effect that is still to come.</summary>
    /// <param name="remark">One sentence without a full stop.</param>
    public static ConfigSupport HonouredWith(string remark) => new(ConfigSupportKind.Honoured, remark);

    /// <summary>Accepted at start and reported by name.</summary>
    /// <param name="reason">One sentence without a full stop.</param>
    public static ConfigSupport NoEffect(string reason) => new(ConfigSupportKind.NoEffect, reason);

    /// <summary>Refused unless the value equals the default.</summary>
    /// <param name="reason">One sentence without a full stop.</param>
    public static ConfigSupport Refused(string reason) => new(ConfigSupportKind.Refused, reason);
}
