namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>One incarnation of a producer.</summary>
/// <param name="Id">Producer id; 0 or more, -1 = none.</param>
/// <param name="Epoch">0 or more, -1 = none.</param>
internal readonly record struct ProducerIdentity(long Id, short Epoch)
{
    /// <summary>No producer.</summary>
    public static ProducerIdentity None => new(-1, -1);

    /// <summary>The last epoch that a client is given: from here on the coordinator goes over to another producer id.</summary>
    public const short LastEpochOfClients = short.MaxValue - 1;
}
