using System.Collections.Immutable;
using System.Globalization;
using Sluice.Broker.Topics;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Configs;

/// <summary>One resource whose settings a client wants changed.</summary>
/// <param name="Type">As sent.</param>
/// <param name="Name">As sent.</param>
/// <param name="Wishes">In the order sent.</param>
internal sealed record ConfigChangeRequest(sbyte Type, string Name, IReadOnlyList<ConfigWish> Wishes);

/// <summary>What became of it.</summary>
internal readonly record struct ConfigChangeOutcome(ErrorCode Error, string? Message);

/// <summary>Changes settings of topics and brokers at run time, each resource succeeding or failing alone.</summary>
internal sealed class ConfigChanger(BrokerServices services)
{
    /// <summary>Makes the changes.</summary>
    /// <param name="requests">One outcome each, in this order.</param>
    /// <param name="replace">Whether settings that are not named go back to their defaults.</param>
    /// <param name="validateOnly">Do everything but the change.</param>
    /// <param name="cancellationToken">Gives up before the change, never after.</param>
    public async ValueTask<ConfigChangeOutcome[]> ChangeAsync(
        IReadOnlyList<ConfigChangeRequest> requests, bool replace, bool validateOnly, CancellationToken cancellationToken)
    {
        ConfigChangeOutcome[] outcomes = new ConfigChangeOutcome[requests.Count];
        await services.Topics.ChangeAsync(
            current =>
            {
                List<MetadataChange> changes = [];
                for (int i = 0; i < requests.Count; i++) outcomes[i] = Plan(requests, i, replace, current, changes);
                return validateOnly ? [] : changes;
            },
            cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    private ConfigChangeOutcome Plan(IReadOnlyList<ConfigChangeRequest> requests, int index, bool replace, TopicTable current, List<MetadataChange> changes)
    {
        ConfigChangeRequest request = requests[index];
        if (requests.Count(other => other.Type == request.Type && other.Name == request.Name) > 1)
            return new(ErrorCode.InvalidRequest, "Each resource must appear at most once.");
        ConfigResource resource = new((ConfigResourceType)request.Type, request.Name);
        ImmutableDictionary<string, string> own = current.Image.ConfigsOf(resource);
        ConfigAlteration alteration;
        switch (resource.Type)
        {
            case ConfigResourceType.Topic:
                if (request.Name.Length == 0) return new(ErrorCode.InvalidRequest, "Default topic resources are not allowed.");
                if (current.Find(request.Name) is null)
                    return new(ErrorCode.UnknownTopicOrPartition, $"The topic '{request.Name}' does not exist.");
                alteration = Alter(TopicConfigKeys.Table, own, request, replace, ConfigAlterationRules.Topic);
                if (alteration.Error == ErrorCode.None && services.Settings.CheckTopic(alteration.Values) is { } conflict)
                    return new(ErrorCode.InvalidConfig, conflict);
                break;
            case ConfigResourceType.Broker:
                if (request.Name.Length > 0 && request.Name != services.BrokerId.ToString(CultureInfo.InvariantCulture))
                    return new(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {services.BrokerId} or empty string, but received {request.Name}");
                alteration = Alter(
                    BrokerConfigKeys.Table, own, request, replace, request.Name.Length == 0 ? ConfigAlterationRules.Cluster : ConfigAlterationRules.Broker);
                if (alteration.Error == ErrorCode.None
                    && services.SettingsSource.Preview(current.Image, resource, alteration.Values).FindConflicts() is [{ } broken, ..])
                    return new(ErrorCode.InvalidRequest, broken.Message);
                break;
            default:
                return new(ErrorCode.InvalidRequest, $"Unsupported resource type: {request.Type}");
        }
        if (alteration.Error == ErrorCode.None && !ReferenceEquals(alteration.Values, own))
        {
            ImmutableDictionary<string, string> set = alteration.Values;
            changes.Add(new ConfigsChanged(
                resource,
                set.Where(pair => own.GetValueOrDefault(pair.Key) != pair.Value).ToImmutableDictionary(StringComparer.Ordinal),
                [.. own.Keys.Where(key => !set.ContainsKey(key))]));
        }
        return new(alteration.Error, alteration.Message);
    }

    private static ConfigAlteration Alter(
        ConfigTable table, ImmutableDictionary<string, string> own, ConfigChangeRequest request, bool replace, ConfigAlterationRules rules) =>
        replace ? ConfigAlteration.Replace(table, own, request.Wishes, rules) : ConfigAlteration.Incremental(table, own, request.Wishes, rules);
}
