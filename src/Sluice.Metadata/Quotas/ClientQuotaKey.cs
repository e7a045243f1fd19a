namespace Sluice.Metadata.Quotas;

/// <summary>What a client quota limits.</summary>
public enum ClientQuotaKey
{
    /// <summary><c>producer_byte_rate</c>: bytes per second of produce requests; of users and clients.</summary>
    ProducerByteRate,

    /// <summary><c>consumer_byte_rate</c>: bytes per second of fetch answers; of users and clients.</summary>
    ConsumerByteRate,

    /// <summary><c>request_percentage</c>: percent of the time of one thread; of users and clients.</summary>
    RequestPercentage,

    /// <summary><c>controller_mutation_rate</c>: partitions created and deleted per second; of users and clients.</summary>
    ControllerMutationRate,

    /// <summary><c>connection_creation_rate</c>: new connections per second; of addresses.</summary>
    ConnectionCreationRate,
}
