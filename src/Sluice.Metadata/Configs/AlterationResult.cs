using Sluice.Protocol;

namespace Sluice.Metadata.Configs;

/// <summary>What a wished change of settings comes to.</summary>
/// <param name="ErrorCode">None if the change is allowed.</param>
/// <param name="Message">Null if the change is allowed, else a whole sentence for the client.</param>
/// <param name="Change">What to commit; null if the change is refused, or if everything already is as wished.</param>
public readonly record struct AlterationResult(ErrorCode ErrorCode, string? Message, ConfigsChanged? Change)
{
    /// <summary>Whether the change is allowed.</summary>
    public bool IsAllowed => ErrorCode == ErrorCode.None;
}
