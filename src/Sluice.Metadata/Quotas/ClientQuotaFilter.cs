using Sluice.Protocol;

namespace Sluice.Metadata.Quotas;

/// <summary>Finds entities, as DescribeClientQuotas asks for them.</summary>
/// <remarks>Made by <see cref="Read"/>, which knows Kafka's rules; immutable.</remarks>
public sealed class ClientQuotaFilter
{
    private const sbyte MatchExact = 0;
    private const sbyte MatchDefault = 1;
    private const sbyte MatchSpecified = 2;

    // The name that a part must have, "" for the default; null for any.
    private readonly Dictionary<string, string?> _wanted = new(StringComparer.Ordinal);
    private readonly bool _isStrict;

    private ClientQuotaFilter(bool isStrict) => _isStrict = isStrict;

    /// <summary>Reads a filter.</summary>
    /// <param name="components">Type of a part, how it is matched (0 by name, 1 the default, 2 whatever it is), and the name.</param>
    /// <param name="isStrict">Whether an entity may have no other parts.</param>
    /// <param name="filter">The filter, if it is one.</param>
    /// <returns>NONE, or what a client is answered.</returns>
    public static (ErrorCode ErrorCode, string? Message) Read(
        IReadOnlyList<(string Type, sbyte Match, string? Name)> components, bool isStrict, out ClientQuotaFilter filter)
    {
        ArgumentNullException.ThrowIfNull(components);
        filter = new ClientQuotaFilter(isStrict);
        foreach ((string type, sbyte match, string? name) in components)
        {
            if (type.Length == 0) return Refuse("Invalid empty entity type.");
            if (filter._wanted.ContainsKey(type)) return Refuse($"Entity type {type} cannot appear more than once in the filter.");
            if (type is not (ClientQuotaEntity.UserType or ClientQuotaEntity.ClientIdType or ClientQuotaEntity.IpType))
                return (ErrorCode.UnsupportedVersion, $"Unsupported entity type {type}");
            switch (match)
            {
                case MatchExact when name is null: return Refuse("Request specified MATCH_TYPE_EXACT, but set match string to null.");
                case MatchDefault when name is not null: return Refuse("Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
                case MatchSpecified when name is not null: return Refuse("Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
                // No entity has an empty name, and "" stands for the default here: what asks for one must find nothing.
                case MatchExact: filter._wanted.Add(type, name!.Length == 0 ? "\0" : name); break;
                case MatchDefault: filter._wanted.Add(type, ""); break;
                case MatchSpecified: filter._wanted.Add(type, null); break;
                default: return Refuse($"Unknown match type {match}");
            }
        }
        if (filter._wanted.ContainsKey(ClientQuotaEntity.IpType) && filter._wanted.Count > 1)
            return Refuse("Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.");
        return (ErrorCode.None, null);

        static (ErrorCode, string?) Refuse(string message) => (ErrorCode.InvalidRequest, message);
    }

    /// <summary>Whether an entity is asked for.</summary>
    /// <param name="entity">Any entity.</param>
    public bool Matches(ClientQuotaEntity entity)
    {
        if (_isStrict && entity.Parts().Count() != _wanted.Count) return false;
        foreach ((string type, string? name) in _wanted)
        {
            if (entity.Part(type) is not { } present || (name is not null && name != present)) return false;
        }
        return true;
    }
}
