using System.Globalization;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential;

/// <summary>Versions of one API that a broker says it serves, both ends included.</summary>
internal readonly record struct ServedVersions(short Lowest, short Highest)
{
    public override string ToString() => Lowest == Highest
        ? Lowest.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Lowest}–{Highest}");

    public static Dictionary<ApiKey, ServedVersions> From(ApiVersionsResponse response) =>
        response.ApiKeys.ToDictionary(static api => (ApiKey)api.ApiKey, static api => new ServedVersions(api.MinVersion, api.MaxVersion));
}
