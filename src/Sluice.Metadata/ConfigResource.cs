using System.Globalization;

namespace Sluice.Metadata;

/// <summary>What a stored set of settings belongs to.</summary>
/// <param name="Type">The kind of resource.</param>
/// <param name="Name">Topic name, broker id, group id or subscription name; empty for the default of all brokers.</param>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>The default of all brokers.</summary>
    public static ConfigResource ClusterDefaults { get; } = new(ConfigResourceType.Broker, "");

    /// <summary>The settings of a topic.</summary>
    /// <param name="name">The topic's name.</param>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>The settings of one broker.</summary>
    /// <param name="brokerId">Its id.</param>
    public static ConfigResource Broker(int brokerId) => new(ConfigResourceType.Broker, brokerId.ToString(CultureInfo.InvariantCulture));

    /// <summary>The settings of a group.</summary>
    /// <param name="groupId">Its id.</param>
    public static ConfigResource Group(string groupId) => new(ConfigResourceType.Group, groupId);

    /// <inheritdoc/>
    public override string ToString() => $"{Type} '{Name}'";
}
