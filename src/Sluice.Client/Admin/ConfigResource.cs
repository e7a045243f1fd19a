namespace Sluice.Client.Admin;

/// <summary>Something that has settings.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Name">Its name or id.</param>
public sealed record ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>A topic.</summary>
    /// <param name="name">Its name.</param>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>One broker, or all of them.</summary>
    /// <param name="id">Its id; null = the defaults of all brokers.</param>
    public static ConfigResource Broker(int? id) =>
        new(ConfigResourceType.Broker, id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "");

    /// <summary>For people: "topic 'orders'", "broker 1".</summary>
    public override string ToString() => Type switch
    {
        ConfigResourceType.Topic => $"topic '{Name}'",
        ConfigResourceType.Broker when Name.Length == 0 => "the brokers' defaults",
        ConfigResourceType.Broker => $"broker {Name}",
        ConfigResourceType.Group => $"group '{Name}'",
        _ => $"{Type} '{Name}'",
    };
}
