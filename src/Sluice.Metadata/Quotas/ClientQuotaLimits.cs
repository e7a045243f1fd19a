using System.Text.Json.Serialization;

namespace Sluice.Metadata.Quotas;

/// <summary>The quotas of one entity; null where it has none of that kind, and then another entity's, or no limit, counts.</summary>
/// <param name="ProducerByteRate">Above 0, whole.</param>
/// <param name="ConsumerByteRate">Above 0, whole.</param>
/// <param name="RequestPercentage">Above 0; may exceed 100.</param>
/// <param name="ControllerMutationRate">Above 0.</param>
/// <param name="ConnectionCreationRate">Above 0, whole.</param>
public sealed record ClientQuotaLimits(
    double? ProducerByteRate, double? ConsumerByteRate, double? RequestPercentage, double? ControllerMutationRate, double? ConnectionCreationRate)
{
    /// <summary>No limit of any kind.</summary>
    public static ClientQuotaLimits None { get; } = new(null, null, null, null, null);

    /// <summary>Whether there is no limit of any kind.</summary>
    [JsonIgnore]
    public bool IsNone => this == None;

    /// <summary>One of the limits; null if it is not set.</summary>
    /// <param name="key">Which.</param>
    public double? this[ClientQuotaKey key] => key switch
    {
        ClientQuotaKey.ProducerByteRate => ProducerByteRate,
        ClientQuotaKey.ConsumerByteRate => ConsumerByteRate,
        ClientQuotaKey.RequestPercentage => RequestPercentage,
        ClientQuotaKey.ControllerMutationRate => ControllerMutationRate,
        _ => ConnectionCreationRate,
    };

    /// <summary>The limits with one of them changed.</summary>
    /// <param name="key">Which.</param>
    /// <param name="limit">Null to take it away.</param>
    public ClientQuotaLimits With(ClientQuotaKey key, double? limit) => key switch
    {
        ClientQuotaKey.ProducerByteRate => this with { ProducerByteRate = limit },
        ClientQuotaKey.ConsumerByteRate => this with { ConsumerByteRate = limit },
        ClientQuotaKey.RequestPercentage => this with { RequestPercentage = limit },
        ClientQuotaKey.ControllerMutationRate => this with { ControllerMutationRate = limit },
        _ => this with { ConnectionCreationRate = limit },
    };
}
