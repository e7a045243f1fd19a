using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Offsets;
using Sluice.Broker.Coordinators.Groups.Share;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Topics;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>What the parts of one shard of the group coordinator work with. All of it belongs to the operation that runs.</summary>
internal sealed class GroupShardContext
{
    /// <summary>Where what must last is written.</summary>
    public required ICoordinatorLog Log { get; init; }

    /// <summary>Timers of all groups of the shard.</summary>
    public required ShardTimers Timers { get; init; }

    /// <summary>Settings.</summary>
    public required GroupCoordinatorSettings Settings { get; init; }

    /// <summary>Settings of consumer groups.</summary>
    public required ConsumerGroupSettings ConsumerSettings { get; init; }

    /// <summary>Settings of share groups.</summary>
    public required ShareGroupSettings ShareSettings { get; init; }

    /// <summary>Settings of streams groups.</summary>
    public required StreamsGroupSettings StreamsSettings { get; init; }

    /// <summary>Where the state of share partitions is kept. Not for operations: they do not wait.</summary>
    public required ShareStateCalls ShareState { get; init; }

    /// <summary>Where work is done that takes too long for an operation.</summary>
    public required IBackgroundWork Background { get; init; }

    /// <summary>Clock of what is stored.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The topics now.</summary>
    public required Func<TopicTable> Topics { get; init; }

    /// <summary>Told of rebalances and failures.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The groups of this shard by id.</summary>
    public Dictionary<string, Group> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Where producers have offsets that wait for the end of their transactions.</summary>
    public Dictionary<long, HashSet<GroupOffsets>> PendingOffsets { get; } = [];

    /// <summary>Unix time.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
