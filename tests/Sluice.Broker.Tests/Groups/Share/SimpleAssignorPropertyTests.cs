using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Broker.Coordinators.Groups.Share.Assignors;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Groups.Share;

/// <summary>What holds for every assignment of a share group, whoever the members are and whatever they had before.</summary>
public sealed class SimpleAssignorPropertyTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(400);
    private static readonly Uuid[] s_topics = [.. Enumerable.Range(1, 4).Select(static number => new Uuid(0, (ulong)number))];

    [Fact]
    public void Members_with_the_same_wishes_are_all_busy_and_none_has_two_more_than_another() => Check.One(s_config, Prop.ForAll(Inputs(alike: true), input =>
        ShouldBeEven(input, SimpleAssignor.Assign(input), input.Members, input.PartitionsOf(input.Members[0].Topics))));

    [Fact]
    public void Members_with_other_wishes_are_served_evenly_topic_by_topic() => Check.One(s_config, Prop.ForAll(Inputs(alike: false).Filter(static input => !input.IsHomogeneous), input =>
    {
        Dictionary<string, PartitionSet> assigned = SimpleAssignor.Assign(input);
        foreach (AssignmentMember member in input.Members) assigned[member.Id].Topics.ShouldAllBe(topic => member.Topics.Contains(topic));
        foreach (Uuid topic in s_topics) ShouldBeEven(input, assigned, [.. input.Members.Where(member => member.Topics.Contains(topic))], input.PartitionsOf([topic]));
    }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_assignment_stays_while_nothing_changes(bool alike) => Check.One(s_config, Prop.ForAll(Inputs(alike), input =>
    {
        Dictionary<string, PartitionSet> first = SimpleAssignor.Assign(input);
        Dictionary<string, PartitionSet> second = SimpleAssignor.Assign(With(input, first));
        foreach ((string id, PartitionSet partitions) in first) second[id].ShouldBe(partitions);
    }));

    [Fact]
    public void A_new_member_is_given_its_share_and_nothing_else_moves_while_there_are_enough_partitions() => Check.One(s_config, Prop.ForAll(Inputs(alike: true), input =>
    {
        if (input.PartitionsOf(input.Members[0].Topics).Length <= input.Members.Count) return;
        Dictionary<string, PartitionSet> before = SimpleAssignor.Assign(input);
        ShareAssignmentInput larger = With(input, before) with { Members = [.. With(input, before).Members, new AssignmentMember("new", null, input.Members[0].Topics, PartitionSet.Empty)] };
        Dictionary<string, PartitionSet> after = SimpleAssignor.Assign(larger);
        foreach ((string id, PartitionSet partitions) in before) after[id].IsSubsetOf(partitions).ShouldBeTrue($"{id} was given something that another had");
    }));

    [Fact]
    public void Without_a_member_the_others_keep_what_they_have() => Check.One(s_config, Prop.ForAll(Inputs(alike: true).Filter(static input => input.Members.Count > 1), input =>
    {
        if (input.PartitionsOf(input.Members[0].Topics).Length < input.Members.Count) return;
        Dictionary<string, PartitionSet> before = SimpleAssignor.Assign(input);
        ShareAssignmentInput smaller = With(input, before) with { Members = [.. With(input, before).Members.Skip(1)] };
        foreach ((string id, PartitionSet partitions) in SimpleAssignor.Assign(smaller)) before[id].IsSubsetOf(partitions).ShouldBeTrue();
    }));

    private static void ShouldBeEven(ShareAssignmentInput input, Dictionary<string, PartitionSet> assigned, IReadOnlyList<AssignmentMember> members, (Uuid Topic, int Partition)[] partitions)
    {
        assigned.Keys.Order().ShouldBe(input.Members.Select(static member => member.Id).Order());
        if (members.Count == 0) return;
        HashSet<(Uuid, int)> all = [.. partitions];
        int[] counts = [.. members.Select(member => assigned[member.Id].All.Count(all.Contains))];
        if (partitions.Length == 0)
        {
            counts.ShouldAllBe(static count => count == 0);
            return;
        }
        (counts.Max() - counts.Min()).ShouldBeLessThanOrEqualTo(1);
        counts.Min().ShouldBeGreaterThan(0);
        int sharing = (int)Math.Ceiling((double)members.Count / partitions.Length);
        foreach ((Uuid topic, int partition) in partitions) members.Count(member => assigned[member.Id].Contains(topic, partition)).ShouldBe(sharing);
    }

    private static ShareAssignmentInput With(ShareAssignmentInput input, Dictionary<string, PartitionSet> current) =>
        input with { Members = [.. input.Members.Select(member => member with { Current = current[member.Id] })] };

    // Up to twelve members, four topics, any partitions with state, and any former assignment, also of partitions that are no more.
    private static Arbitrary<ShareAssignmentInput> Inputs(bool alike)
    {
        var partitions = Gen.Choose(0, 3).SelectMany(topic => Gen.Choose(0, 7).Select(partition => (s_topics[topic], partition)));
        var member = Gen.SubListOf(s_topics).SelectMany(topics => partitions.ListOf().Select(current => (topics, current)));
        var inputs = Gen.Choose(1, 12).SelectMany(size => member.ArrayOf(size)).SelectMany(members => partitions.ListOf().Select(assignable => new ShareAssignmentInput(
            [.. members.Select((each, index) => new AssignmentMember($"m{index}", null, (alike ? members[0].topics : each.topics).ToHashSet(), PartitionSet.From(each.current)))],
            PartitionSet.From(assignable))));
        return Arb.From(inputs);
    }
}
