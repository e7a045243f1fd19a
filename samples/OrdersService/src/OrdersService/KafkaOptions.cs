namespace OrdersService;

/// <summary>Where Kafka is; the section <c>Kafka</c> of the configuration.</summary>
public sealed class KafkaOptions
{
    public string BootstrapServers { get; set; } = "localhost:9092";

    /// <summary>Tells instances of the service apart; the same after a restart of the instance.</summary>
    public string InstanceId { get; set; } = "1";

    /// <summary>How long a call of a transaction may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
