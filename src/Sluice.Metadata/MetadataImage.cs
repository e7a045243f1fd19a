using System.Collections.Immutable;
using Sluice.Metadata.Acls;
using Sluice.Metadata.Features;
using Sluice.Metadata.Quotas;
using Sluice.Metadata.Scram;
using Sluice.Metadata.Tokens;
using Sluice.Protocol;

namespace Sluice.Metadata;

/// <summary>Everything that the cluster knows at one version: topics, settings, ACLs, ids.</summary>
/// <remarks>Immutable; safe for any number of threads. Each commit makes a new image that shares what did not change. Keep one image for the length of
/// a request, so that all answers of it agree.</remarks>
public sealed class MetadataImage
{
    private MetadataImage(string clusterId) => ClusterId = clusterId;

    private MetadataImage(MetadataImage other)
    {
        ClusterId = other.ClusterId;
        Version = other.Version;
        TopicsByName = other.TopicsByName;
        TopicsById = other.TopicsById;
        Configs = other.Configs;
        Acls = other.Acls;
        ClientQuotas = other.ClientQuotas;
        ScramCredentials = other.ScramCredentials;
        DelegationTokens = other.DelegationTokens;
        FeatureLevels = other.FeatureLevels;
        NextProducerId = other.NextProducerId;
        TakenOver = other.TakenOver;
    }

    /// <summary>Names the cluster for as long as it exists; 22 characters in a cluster that Kafka or Sluice made.</summary>
    public string ClusterId { get; }

    /// <summary>How many commits led to this image; 0 for the empty one.</summary>
    public long Version { get; private init; }

    /// <summary>Every topic by name.</summary>
    public ImmutableDictionary<string, TopicImage> TopicsByName { get; private init; } =
        ImmutableDictionary.Create<string, TopicImage>(StringComparer.Ordinal);

    /// <summary>The same topics by id.</summary>
    public ImmutableDictionary<Uuid, TopicImage> TopicsById { get; private init; } = ImmutableDictionary<Uuid, TopicImage>.Empty;

    /// <summary>Stored settings: only what somebody set, in canonical text. A resource without settings is not there.</summary>
    public ImmutableDictionary<ConfigResource, ImmutableDictionary<string, string>> Configs { get; private init; } =
        ImmutableDictionary<ConfigResource, ImmutableDictionary<string, string>>.Empty;

    /// <summary>Who may do what. Acted upon only where an authorizer is set.</summary>
    public AclImage Acls { get; private init; } = AclImage.Empty;

    /// <summary>Client quotas: only what somebody set. An entity without quotas is not there.</summary>
    public ImmutableDictionary<ClientQuotaEntity, ClientQuotaLimits> ClientQuotas { get; private init; } =
        ImmutableDictionary<ClientQuotaEntity, ClientQuotaLimits>.Empty;

    /// <summary>SCRAM credentials of users.</summary>
    public ImmutableDictionary<ScramUser, ScramCredential> ScramCredentials { get; private init; } = ImmutableDictionary<ScramUser, ScramCredential>.Empty;

    /// <summary>Delegation tokens by id; those that have expired are there until they are swept away.</summary>
    public ImmutableDictionary<string, DelegationToken> DelegationTokens { get; private init; } =
        ImmutableDictionary.Create<string, DelegationToken>(StringComparer.Ordinal);

    /// <summary>Levels of features that somebody chose; the others have their highest one.</summary>
    public ImmutableDictionary<string, short> FeatureLevels { get; private init; } = ImmutableDictionary.Create<string, short>(StringComparer.Ordinal);

    /// <summary>The first producer id that no block holds yet; from 0.</summary>
    public long NextProducerId { get; private init; }

    /// <summary>What came from Apache Kafka beside topics and settings; null if the cluster was never Kafka's.</summary>
    public KafkaTakenOver? TakenOver { get; private init; }

    /// <summary>A cluster that nobody has used yet, at version 0.</summary>
    /// <param name="clusterId">Not empty.</param>
    public static MetadataImage Empty(string clusterId)
    {
        ArgumentException.ThrowIfNullOrEmpty(clusterId);
        return new MetadataImage(clusterId);
    }

    /// <summary>Finds a topic by name; null if there is none.</summary>
    /// <param name="name">Any text.</param>
    public TopicImage? FindTopic(string name) => TopicsByName.GetValueOrDefault(name);

    /// <summary>Finds a topic by id; null if there is none.</summary>
    /// <param name="id">Any id.</param>
    public TopicImage? FindTopic(Uuid id) => TopicsById.GetValueOrDefault(id);

    /// <summary>The stored settings of a resource; empty if there are none.</summary>
    /// <param name="resource">Any resource.</param>
    public ImmutableDictionary<string, string> ConfigsOf(ConfigResource resource) =>
        Configs.GetValueOrDefault(resource, ImmutableDictionary<string, string>.Empty);

    /// <summary>The level of a feature that is in force; 0 = it is off.</summary>
    /// <param name="feature">One of <see cref="ClusterFeatures"/>.</param>
    public short LevelOf(Feature feature) => FeatureLevels.GetValueOrDefault(feature.Name, feature.HighestLevel);

    /// <summary>The quotas of an entity alone; none of any kind if there are none.</summary>
    /// <param name="entity">Any entity.</param>
    public ClientQuotaLimits ClientQuotasOf(ClientQuotaEntity entity) => ClientQuotas.GetValueOrDefault(entity, ClientQuotaLimits.None);

    /// <summary>Finds a topic whose name differs from <paramref name="name"/> by '.' against '_' only; null if there is none.</summary>
    /// <param name="name">A valid name. The search looks at every topic, but only if the name has one of these characters.</param>
    public string? FindCollision(string name)
    {
        if (!TopicName.CanCollide(name)) return null;
        foreach (string other in TopicsByName.Keys)
        {
            if (TopicName.Collide(name, other)) return other;
        }
        return null;
    }

    /// <summary>Makes the image of the next version.</summary>
    /// <param name="changes">Applied in order, all or none.</param>
    /// <exception cref="MetadataChangeException">A change does not fit to this image, for example creates a topic that exists.</exception>
    public MetadataImage Apply(IReadOnlyList<MetadataChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        MetadataImage image = this;
        foreach (MetadataChange change in changes) image = change.ApplyTo(image);
        return image.WithVersion(Version + 1);
    }

    internal MetadataImage WithVersion(long version) => new(this) { Version = version };

    internal MetadataImage WithTopic(TopicImage topic) => new(this)
    {
        TopicsByName = TopicsByName.SetItem(topic.Name, topic),
        TopicsById = TopicsById.SetItem(topic.Id, topic),
    };

    internal MetadataImage WithoutTopic(TopicImage topic) => new(this)
    {
        TopicsByName = TopicsByName.Remove(topic.Name),
        TopicsById = TopicsById.Remove(topic.Id),
        Configs = Configs.Remove(ConfigResource.Topic(topic.Name)),
    };

    internal MetadataImage WithConfigs(ConfigResource resource, ImmutableDictionary<string, string> settings) => new(this)
    {
        Configs = settings.IsEmpty ? Configs.Remove(resource) : Configs.SetItem(resource, settings),
    };

    internal MetadataImage WithAcls(AclImage acls) => new(this) { Acls = acls };

    internal MetadataImage WithClientQuotas(ClientQuotaEntity entity, ClientQuotaLimits limits) => new(this)
    {
        ClientQuotas = limits.IsNone ? ClientQuotas.Remove(entity) : ClientQuotas.SetItem(entity, limits),
    };

    internal MetadataImage WithScramCredential(string user, ScramCredential credential) => new(this)
    {
        ScramCredentials = ScramCredentials.SetItem(new ScramUser(user, credential.Mechanism), credential),
    };

    internal MetadataImage WithoutScramCredential(ScramUser user) => new(this) { ScramCredentials = ScramCredentials.Remove(user) };

    internal MetadataImage WithDelegationToken(DelegationToken token) => new(this) { DelegationTokens = DelegationTokens.SetItem(token.TokenId, token) };

    internal MetadataImage WithoutDelegationToken(string tokenId) => new(this) { DelegationTokens = DelegationTokens.Remove(tokenId) };

    internal MetadataImage WithFeatureLevel(string name, short level) => new(this) { FeatureLevels = FeatureLevels.SetItem(name, level) };

    internal MetadataImage WithNextProducerId(long nextProducerId) => new(this) { NextProducerId = nextProducerId };

    internal MetadataImage WithTakenOver(KafkaTakenOver takenOver) => new(this) { TakenOver = takenOver };
}
