using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>The effective settings of the broker and of every topic and group, kept up with the metadata.</summary>
/// <remarks>
/// Safe for any number of threads: readers see one immutable state, which a commit replaces. Only resources with settings of their own have a view of their
/// own; all others share one, so memory follows what people set, not how many topics there are. Subscribe it before anything that acts upon settings:
/// observers are called in order of subscription, and the later ones then read the new values here.
/// </remarks>
public sealed class SettingsRegistry : IMetadataObserver, IDisposable
{
    private readonly Lock _followLock = new();
    private readonly IDisposable _subscription;
    private volatile State _state;

    /// <summary>Computes all settings and follows the store from here on.</summary>
    /// <param name="given">What the broker was started with; without errors.</param>
    /// <param name="store">Not owned.</param>
    public SettingsRegistry(StaticConfig given, IMetadataStore store)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(store);
        Given = given;
        NodeId = BrokerSettings.Create(given, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty).NodeId;
        // A commit that comes right after the subscription waits here until there is a state to carry on from.
        lock (_followLock)
        {
            _subscription = store.Subscribe(this, out MetadataImage image);
            _state = State.Of(image, given, NodeId);
        }
    }

    /// <summary>What the broker was started with.</summary>
    public StaticConfig Given { get; }

    /// <summary>The id of this broker, whose run-time settings count.</summary>
    public int NodeId { get; }

    /// <summary>The settings of this broker now.</summary>
    public BrokerSettings Broker => _state.Broker;

    /// <summary>The settings of a topic that has none of its own.</summary>
    public TopicSettings TopicDefaults => _state.TopicDefaults;

    /// <summary>The settings of a topic now.</summary>
    /// <param name="name">Any name; one that no topic has gets the defaults.</param>
    public TopicSettings Topic(string name)
    {
        State state = _state;
        return state.Topics.GetValueOrDefault(name, state.TopicDefaults);
    }

    /// <summary>The settings of a group now.</summary>
    /// <param name="groupId">Any id; one that no group has gets the defaults.</param>
    public GroupSettings Group(string groupId)
    {
        State state = _state;
        return state.Groups.GetValueOrDefault(groupId, state.GroupDefaults);
    }

    /// <inheritdoc/>
    public void OnCommitted(MetadataImage previous, MetadataImage current, IReadOnlyList<MetadataChange> changes)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(current);
        if (ReferenceEquals(previous.Configs, current.Configs)) return;
        lock (_followLock) _state = _state.Follow(previous, current, Given, NodeId);
    }

    /// <summary>Ends following the store; the settings stay readable as they are.</summary>
    public void Dispose() => _subscription.Dispose();

    private sealed record State(
        BrokerSettings Broker,
        TopicSettings TopicDefaults,
        GroupSettings GroupDefaults,
        ImmutableDictionary<string, TopicSettings> Topics,
        ImmutableDictionary<string, GroupSettings> Groups)
    {
        private static readonly ImmutableDictionary<string, string> s_nothing = ImmutableDictionary<string, string>.Empty;

        internal static State Of(MetadataImage image, StaticConfig given, int nodeId)
        {
            BrokerSettings broker =
                BrokerSettings.Create(given, image.ConfigsOf(ConfigResource.ClusterDefaults), image.ConfigsOf(ConfigResource.Broker(nodeId)));
            var state = new State(broker, TopicSettings.Create(broker, s_nothing), GroupSettings.Create(broker, s_nothing),
                ImmutableDictionary.Create<string, TopicSettings>(StringComparer.Ordinal),
                ImmutableDictionary.Create<string, GroupSettings>(StringComparer.Ordinal));
            foreach ((ConfigResource resource, ImmutableDictionary<string, string> settings) in image.Configs) state = state.With(resource, settings);
            return state;
        }

        internal State Follow(MetadataImage previous, MetadataImage current, StaticConfig given, int nodeId)
        {
            // Every topic and group stands on the broker's settings, so that a change of those changes them all.
            if (!Same(previous, current, ConfigResource.ClusterDefaults) || !Same(previous, current, ConfigResource.Broker(nodeId)))
            {
                return Of(current, given, nodeId);
            }
            State state = this;
            foreach ((ConfigResource resource, ImmutableDictionary<string, string> settings) in current.Configs)
            {
                if (!ReferenceEquals(previous.Configs.GetValueOrDefault(resource), settings)) state = state.With(resource, settings);
            }
            foreach (ConfigResource resource in previous.Configs.Keys)
            {
                if (!current.Configs.ContainsKey(resource)) state = state.With(resource, s_nothing);
            }
            return state;
        }

        private static bool Same(MetadataImage previous, MetadataImage current, ConfigResource resource) =>
            ReferenceEquals(previous.ConfigsOf(resource), current.ConfigsOf(resource));

        private State With(ConfigResource resource, ImmutableDictionary<string, string> settings) => resource.Type switch
        {
            ConfigResourceType.Topic when settings.IsEmpty => this with { Topics = Topics.Remove(resource.Name) },
            ConfigResourceType.Topic => this with { Topics = Topics.SetItem(resource.Name, TopicSettings.Create(Broker, settings)) },
            ConfigResourceType.Group when settings.IsEmpty => this with { Groups = Groups.Remove(resource.Name) },
            ConfigResourceType.Group => this with { Groups = Groups.SetItem(resource.Name, GroupSettings.Create(Broker, settings)) },
            _ => this,
        };
    }
}
