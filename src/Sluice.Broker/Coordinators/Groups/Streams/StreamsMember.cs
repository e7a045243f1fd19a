using System.Collections.Immutable;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>A member of a streams group, which is one thread of an application, as its records tell it. Immutable: what happens to it makes another one.</summary>
/// <param name="Id">Member id.</param>
internal sealed record StreamsMember(string Id)
{
    /// <summary><c>group.instance.id</c>, as records of later versions may have it; null here.</summary>
    public string? InstanceId { get; init; }

    /// <summary><c>client.rack</c>, or null.</summary>
    public string? RackId { get; init; }

    /// <summary>Client id and address of its last heartbeat that changed something.</summary>
    public GroupClient Client { get; init; } = new("", "");

    /// <summary>Longest time that the group waits for it to give tasks up; -1 = not told.</summary>
    public int RebalanceTimeoutMs { get; init; } = -1;

    /// <summary>Epoch of the topology that it runs.</summary>
    public int TopologyEpoch { get; init; }

    /// <summary>The process that it is a thread of: a process has a task once.</summary>
    public string ProcessId { get; init; } = "";

    /// <summary>Where its process answers questions; null for nowhere.</summary>
    public StreamsEndpoint? Endpoint { get; init; }

    /// <summary>Tags, by key.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Its epoch; 0 before it has any.</summary>
    public int Epoch { get; init; }

    /// <summary>The epoch before.</summary>
    public int PreviousEpoch { get; init; }

    /// <summary>How far it is.</summary>
    public StreamsMemberState State { get; init; }

    /// <summary>What it may work on.</summary>
    public TaskSets Assigned { get; init; } = TaskSets.Empty;

    /// <summary>What it was asked to give up, and may still be working on.</summary>
    public TaskSets Revoking { get; init; } = TaskSets.Empty;

    /// <summary>In which epoch it was given each active task that it has or gives up: commits of that epoch and later are its own.</summary>
    public ImmutableDictionary<TaskId, int> AssignmentEpochs { get; init; } = ImmutableDictionary<TaskId, int>.Empty;

    /// <summary>Whether both have the same attributes.</summary>
    public bool HasSameMetadata(StreamsMember other) =>
        InstanceId == other.InstanceId
        && RackId == other.RackId
        && Client == other.Client
        && RebalanceTimeoutMs == other.RebalanceTimeoutMs
        && TopologyEpoch == other.TopologyEpoch
        && ProcessId == other.ProcessId
        && Endpoint == other.Endpoint
        && Tags.SequenceEqual(other.Tags);

    /// <summary>Whether both stand at the same point: epochs, state and tasks.</summary>
    public bool HasSameAssignment(StreamsMember other) =>
        Epoch == other.Epoch && PreviousEpoch == other.PreviousEpoch && State == other.State && Assigned == other.Assigned && Revoking == other.Revoking;

    /// <summary>The member with other tasks; active ones that it had before keep the epoch in which it was given them.</summary>
    public StreamsMember WithAssignment(int epoch, StreamsMemberState state, TaskSets assigned, TaskSets revoking) => this with
    {
        PreviousEpoch = epoch == Epoch ? PreviousEpoch : Epoch,
        Epoch = epoch,
        State = state,
        Assigned = assigned,
        Revoking = revoking,
        AssignmentEpochs = assigned.Active.All.Concat(revoking.Active.All).Distinct().ToImmutableDictionary(static task => task, task => AssignmentEpochs.GetValueOrDefault(task, epoch)),
    };
}
