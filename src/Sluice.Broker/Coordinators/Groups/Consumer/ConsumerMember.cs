using System.Collections.Immutable;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>A member of a consumer group as its records tell it. Immutable: what happens to it makes another one.</summary>
/// <param name="Id">Member id.</param>
internal sealed record ConsumerMember(string Id)
{
    /// <summary>Epoch of a static member that has left and may come back.</summary>
    public const int LeftEpoch = -2;

    /// <summary><c>group.instance.id</c>; null for a dynamic member.</summary>
    public string? InstanceId { get; init; }

    /// <summary><c>client.rack</c>, or null.</summary>
    public string? RackId { get; init; }

    /// <summary>Client id and address of its last heartbeat that changed something.</summary>
    public GroupClient Client { get; init; } = new("", "");

    /// <summary>Topics that it names, ordered and without repetition.</summary>
    public ImmutableArray<string> TopicNames { get; init; } = [];

    /// <summary>Pattern whose topics it wants besides; null for none.</summary>
    public string? Regex { get; init; }

    /// <summary>Assignor that it asks for; null for the group's default.</summary>
    public string? ServerAssignor { get; init; }

    /// <summary>Longest time that the group waits for it to give partitions up; -1 = not told.</summary>
    public int RebalanceTimeoutMs { get; init; } = -1;

    /// <summary>Null for a member that speaks the consumer protocol.</summary>
    public ClassicSupport? Classic { get; init; }

    /// <summary>Its epoch; -1 before it has any, <see cref="LeftEpoch"/> while a static member is away.</summary>
    public int Epoch { get; init; } = -1;

    /// <summary>The epoch before.</summary>
    public int PreviousEpoch { get; init; } = -1;

    /// <summary>How far it is.</summary>
    public ConsumerMemberState State { get; init; }

    /// <summary>What it may read.</summary>
    public PartitionSet Assigned { get; init; } = PartitionSet.Empty;

    /// <summary>What it was asked to give up, and may still be reading.</summary>
    public PartitionSet Revoking { get; init; } = PartitionSet.Empty;

    /// <summary>In which epoch it was given each partition that it has or gives up: commits of that epoch and later are its own.</summary>
    public ImmutableDictionary<(Uuid Topic, int Partition), int> AssignmentEpochs { get; init; } = ImmutableDictionary<(Uuid, int), int>.Empty;

    /// <summary>Whether it speaks the classic protocol.</summary>
    public bool IsClassic => Classic is not null;

    /// <summary>Whether both have the same attributes and subscription.</summary>
    public bool HasSameMetadata(ConsumerMember other) =>
        InstanceId == other.InstanceId
        && RackId == other.RackId
        && Client == other.Client
        && HasSameTopicNames(other)
        && Regex == other.Regex
        && ServerAssignor == other.ServerAssignor
        && RebalanceTimeoutMs == other.RebalanceTimeoutMs
        && ClassicSupport.AreSame(Classic, other.Classic);

    /// <summary>Whether both name the same topics.</summary>
    public bool HasSameTopicNames(ConsumerMember other) => TopicNames.AsSpan().SequenceEqual(other.TopicNames.AsSpan());

    /// <summary>Whether both stand at the same point: epochs, state and partitions.</summary>
    public bool HasSameAssignment(ConsumerMember other) =>
        Epoch == other.Epoch
        && PreviousEpoch == other.PreviousEpoch
        && State == other.State
        && Assigned.Equals(other.Assigned)
        && Revoking.Equals(other.Revoking);

    /// <summary>The member with other partitions; those it had before keep the epoch in which it was given them.</summary>
    public ConsumerMember WithAssignment(int epoch, ConsumerMemberState state, PartitionSet assigned, PartitionSet revoking)
    {
        var epochs = ImmutableDictionary.CreateBuilder<(Uuid, int), int>();
        foreach ((Uuid, int) partition in assigned.All.Concat(revoking.All)) epochs[partition] = AssignmentEpochs.GetValueOrDefault(partition, epoch);
        return this with
        {
            PreviousEpoch = epoch == Epoch ? PreviousEpoch : Epoch,
            Epoch = epoch,
            State = state,
            Assigned = assigned,
            Revoking = revoking,
            AssignmentEpochs = epochs.ToImmutable(),
        };
    }

    /// <summary>What <see cref="TopicNames"/> wants of names in any order.</summary>
    public static ImmutableArray<string> Ordered(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
