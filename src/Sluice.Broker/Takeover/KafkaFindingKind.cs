namespace Sluice.Broker.Takeover;

/// <summary>What a finding means for the takeover.</summary>
public enum KafkaFindingKind
{
    /// <summary>Comes over otherwise than a user may expect; no hindrance.</summary>
    Note,

    /// <summary>Something would be left behind: a hindrance unless it is overridden.</summary>
    Overridable,

    /// <summary>A hindrance in every case.</summary>
    Refusal,
}
