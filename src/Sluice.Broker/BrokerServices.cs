using Sluice.Broker.Configs;
using Sluice.Broker.Fetching;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;

namespace Sluice.Broker;

/// <summary>What the handlers work with.</summary>
internal sealed class BrokerServices
{
    public required TopicManager Topics { get; init; }
    public required LogManager Logs { get; init; }
    public required IMetadataStore Store { get; init; }
    public required SettingsSource SettingsSource { get; init; }
    public required FetchSessionCache FetchSessions { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>The settings now; take it once per request.</summary>
    public BrokerView Settings => SettingsSource.Current;

    /// <summary>This broker's id.</summary>
    public int BrokerId => Settings.BrokerId;
}
