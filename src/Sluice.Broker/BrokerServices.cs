using Microsoft.Extensions.Logging;
using Sluice.Broker.Configs;
using Sluice.Broker.Fetching;
using Sluice.Broker.Logging;
using Sluice.Broker.Quotas;
using Sluice.Broker.Security;
using Sluice.Broker.Topics;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Transfer;

namespace Sluice.Broker;

/// <summary>What the handlers work with.</summary>
internal sealed class BrokerServices
{
    public required TopicManager Topics { get; init; }
    public required LogStore Logs { get; init; }
    public required IMetadataStore Store { get; init; }
    public required SettingsSource SettingsSource { get; init; }
    public required FetchSessionCache FetchSessions { get; init; }
    public required AccessControl Access { get; init; }
    public required ClientQuotas Quotas { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILogger Logger { get; init; }
    public required LogLevels LogLevels { get; init; }

    /// <summary>The threads that may wait for the disk on a fetch's behalf.</summary>
    public required ColdReadPool ColdReads { get; init; }

    /// <summary>The settings now; take it once per request.</summary>
    public BrokerView Settings => SettingsSource.Current;

    /// <summary>This broker's id.</summary>
    public int BrokerId => Settings.BrokerId;
}
