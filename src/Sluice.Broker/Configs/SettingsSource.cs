using Sluice.Metadata.Configs;

namespace Sluice.Broker.Configs;

/// <summary>The effective settings now, as handlers ask for them.</summary>
/// <remarks>Any thread. The registry follows the metadata store, so a commit that has returned can be seen here.</remarks>
internal sealed class SettingsSource(SettingsRegistry registry)
{
    private volatile BrokerView _current = new(registry.Broker, registry.Given);

    /// <summary>What the broker was started with.</summary>
    public StaticConfig Given => registry.Given;

    /// <summary>The settings now.</summary>
    public BrokerView Current
    {
        get
        {
            BrokerView view = _current;
            if (ReferenceEquals(view.Settings, registry.Broker)) return view;
            // Two threads may both make one; they are equal.
            return _current = new BrokerView(registry.Broker, registry.Given);
        }
    }

    /// <summary>The effective settings of a topic.</summary>
    public TopicSettings Topic(string name) => registry.Topic(name);

    /// <summary>The effective settings of a group, whether there is one or not.</summary>
    public GroupSettings Group(string groupId) => registry.Group(groupId);
}
