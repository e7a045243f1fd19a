using System.Globalization;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>Options of the JAAS entry for tokens that nobody signed.</summary>
/// <param name="PrincipalClaim">The claim that names the user.</param>
/// <param name="ScopeClaim">The claim that has the scope.</param>
/// <param name="RequiredScopes">What the scope must contain; may be empty.</param>
/// <param name="ClockSkewMs">Difference of clocks that is tolerated, 0 or more.</param>
internal sealed record UnsecuredTokenSettings(string PrincipalClaim, string ScopeClaim, IReadOnlyList<string> RequiredScopes, long ClockSkewMs)
{
    /// <summary>Reads the options, under Kafka's names.</summary>
    /// <param name="config">Null = no entry.</param>
    /// <exception cref="BrokerStartException">The tolerance is no number.</exception>
    public static UnsecuredTokenSettings From(JaasConfig? config)
    {
        string skew = Option(config, "unsecuredValidatorAllowableClockSkewMs", "0");
        if (!long.TryParse(skew, NumberStyles.None, CultureInfo.InvariantCulture, out long skewMs) || skewMs > int.MaxValue)
            throw new BrokerStartException("unsecuredValidatorAllowableClockSkewMs in sasl.jaas.config must be a number of milliseconds, 0 or more");
        return new UnsecuredTokenSettings(
            Option(config, "unsecuredValidatorPrincipalClaimName", "sub"),
            Option(config, "unsecuredValidatorScopeClaimName", "scope"),
            Option(config, "unsecuredValidatorRequiredScope", "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            skewMs);
    }

    private static string Option(JaasConfig? config, string name, string otherwise) => config?.Find(name) is { Length: > 0 } value ? value : otherwise;
}
