using Sluice.Broker.Coordinators.Runtime;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>The timers of one member of a consumer group, which are in no record.</summary>
internal sealed class ConsumerMemberTimers
{
    /// <summary>Removes it when it is not heard of.</summary>
    public ShardTimer? Session { get; set; }

    /// <summary>Removes it when it does not give partitions up.</summary>
    public ShardTimer? Rebalance { get; set; }

    /// <summary>Removes a classic member that was told to join again and does not.</summary>
    public ShardTimer? Join { get; set; }

    /// <summary>Removes a classic member that joined and does not fetch its assignment.</summary>
    public ShardTimer? Sync { get; set; }

    /// <summary>All there are.</summary>
    public IEnumerable<ShardTimer> All => new[] { Session, Rebalance, Join, Sync }.OfType<ShardTimer>();
}
