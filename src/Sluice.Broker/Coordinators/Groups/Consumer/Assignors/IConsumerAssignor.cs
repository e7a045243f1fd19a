namespace Sluice.Broker.Coordinators.Groups.Consumer.Assignors;

/// <summary>Spreads partitions over members. A pure function: the same input gives the same result.</summary>
internal interface IConsumerAssignor
{
    /// <summary>Name as clients ask for it.</summary>
    string Name { get; }

    /// <summary>Gives every partition of every wanted topic to exactly one member that wants it.</summary>
    /// <returns>An entry for each member, by its id.</returns>
    Dictionary<string, PartitionSet> Assign(AssignmentInput input);
}
