using System.Diagnostics.CodeAnalysis;

namespace Sluice.Protocol;

/// <summary>Every API that has a schema, with what is needed to read its requests and responses.</summary>
public static partial class MessageCatalog
{
    // The table itself is generated from the schemas.
    private static readonly ApiDescription[] All = CreateAll();
    private static readonly ApiDescription?[] ByKey = IndexByKey();

    /// <summary>All APIs in ascending order of their keys. Which of them a broker serves is its own business.</summary>
    public static IReadOnlyList<ApiDescription> Apis => All;

    /// <summary>The description of <paramref name="key"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such API.</exception>
    public static ApiDescription Get(ApiKey key) =>
        TryGet((short)key, out ApiDescription? api) ? api : throw new ArgumentOutOfRangeException(nameof(key), key, "No such API.");

    /// <summary>Finds an API by the number that a request header holds.</summary>
    /// <param name="key">Any number.</param>
    /// <param name="api">The description; null = there is no such API.</param>
    public static bool TryGet(short key, [NotNullWhen(true)] out ApiDescription? api)
    {
        api = (uint)key < (uint)ByKey.Length ? ByKey[key] : null;
        return api is not null;
    }

    // In ascending order of keys.
    private static partial ApiDescription[] CreateAll();

    private static ApiDescription?[] IndexByKey()
    {
        var byKey = new ApiDescription?[(int)All[^1].Key + 1];
        foreach (ApiDescription api in All) byKey[(int)api.Key] = api;
        return byKey;
    }
}
