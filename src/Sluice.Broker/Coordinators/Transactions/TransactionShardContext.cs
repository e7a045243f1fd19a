using Microsoft.Extensions.Logging;
using Sluice.Broker.Coordinators.Runtime;

namespace Sluice.Broker.Coordinators.Transactions;

/// <summary>What one shard of the transaction coordinator works with. All of it belongs to the operation that runs.</summary>
internal sealed class TransactionShardContext
{
    /// <summary>Where what must last is written.</summary>
    public required ICoordinatorLog Log { get; init; }

    /// <summary>Timers of the shard.</summary>
    public required ShardTimers Timers { get; init; }

    /// <summary>Settings.</summary>
    public required TransactionCoordinatorSettings Settings { get; init; }

    /// <summary>Who writes markers.</summary>
    public required ITransactionCompletion Completion { get; init; }

    /// <summary>Leader epoch of the shard's partition, as markers carry it.</summary>
    public required Func<int> CoordinatorEpoch { get; init; }

    /// <summary>Clock of what is stored.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Told of aborts and failures.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Unix time.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
