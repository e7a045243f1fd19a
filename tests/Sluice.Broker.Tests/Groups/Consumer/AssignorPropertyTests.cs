using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Coordinators.Groups;
using Sluice.Broker.Coordinators.Groups.Consumer;
using Sluice.Broker.Coordinators.Groups.Consumer.Assignors;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Groups.Consumer;

/// <summary>What holds for every assignment, whoever the members are and whatever they had before.</summary>
public sealed class AssignorPropertyTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(200);
    private static readonly Uuid[] s_topics = [.. Enumerable.Range(1, 5).Select(static number => new Uuid(0, (ulong)number))];

    [Theory]
    [InlineData("uniform", true)]
    [InlineData("uniform", false)]
    [InlineData("range", true)]
    [InlineData("range", false)]
    public void Every_partition_goes_to_exactly_one_member_that_wants_it(string assignor, bool alike) =>
        Check.One(s_config, Prop.ForAll(Inputs(alike), input => ShouldBeComplete(input, Assign(assignor, input))));

    [Fact]
    public void Members_with_the_same_wishes_get_equally_many_partitions() => Check.One(s_config, Prop.ForAll(Inputs(alike: true), input =>
    {
        int[] counts = [.. Assign("uniform", input).Values.Select(static partitions => partitions.Count)];
        (counts.Max() - counts.Min()).ShouldBeLessThanOrEqualTo(1);
    }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_assignment_that_is_even_stays(bool alike) => Check.One(s_config, Prop.ForAll(Inputs(alike), input =>
    {
        // The second input has the first's result, however even it could be made.
        Dictionary<string, PartitionSet> first = Settle(input);
        Dictionary<string, PartitionSet> second = Assign("uniform", With(input, first));
        foreach ((string id, PartitionSet partitions) in first) second[id].ShouldBe(partitions);
    }));

    [Fact]
    public void A_new_member_is_given_no_more_than_its_share_and_nothing_else_moves() => Check.One(s_config, Prop.ForAll(Inputs(alike: true), input =>
    {
        Dictionary<string, PartitionSet> before = Assign("uniform", input);
        AssignmentInput larger = With(input, before) with { Members = [.. With(input, before).Members, new AssignmentMember("new", null, input.Members[0].Topics, PartitionSet.Empty)] };
        Dictionary<string, PartitionSet> after = Assign("uniform", larger);
        foreach ((string id, PartitionSet partitions) in before) after[id].IsSubsetOf(partitions).ShouldBeTrue($"{id} was given something that another had");
    }));

    [Fact]
    public void Without_a_member_the_others_keep_what_they_have() => Check.One(s_config, Prop.ForAll(Inputs(alike: true).Filter(static input => input.Members.Count > 1), input =>
    {
        Dictionary<string, PartitionSet> before = Assign("uniform", input);
        AssignmentInput smaller = With(input, before) with { Members = [.. With(input, before).Members.Skip(1)] };
        foreach ((string id, PartitionSet partitions) in Assign("uniform", smaller)) before[id].IsSubsetOf(partitions).ShouldBeTrue();
    }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ranges_are_contiguous_and_in_the_order_of_members(bool alike) => Check.One(s_config, Prop.ForAll(Inputs(alike), input =>
    {
        Dictionary<string, PartitionSet> assigned = Assign("range", input);
        string[] order = [.. input.Members.OrderBy(static member => member.InstanceId is null).ThenBy(static member => member.InstanceId ?? member.Id, StringComparer.Ordinal).Select(static member => member.Id)];
        foreach ((Uuid topic, int count) in input.PartitionCounts)
        {
            int[] all = [.. order.SelectMany(id => assigned[id].Of(topic))];
            all.ShouldBe(Enumerable.Range(0, all.Length));
            int[] sizes = [.. input.Members.Where(member => member.Topics.Contains(topic)).Select(member => assigned[member.Id].Of(topic).Length)];
            if (sizes.Length > 0) (sizes.Max() - sizes.Min()).ShouldBeLessThanOrEqualTo(1);
        }
    }));

    [Fact]
    public void Topics_with_equally_many_partitions_are_cut_at_the_same_places()
    {
        HashSet<Uuid> both = [s_topics[0], s_topics[1]];
        AssignmentInput input = new(
            [.. "cab".Select(id => new AssignmentMember(id.ToString(), id == 'c' ? "static" : null, both, PartitionSet.Empty))],
            new Dictionary<Uuid, int> { [s_topics[0]] = 5, [s_topics[1]] = 5 });
        Dictionary<string, PartitionSet> assigned = new RangeAssignor().Assign(input);
        foreach (Uuid topic in both)
        {
            assigned["c"].Of(topic).ShouldBe([0, 1], "static members come first");
            assigned["a"].Of(topic).ShouldBe([2, 3]);
            assigned["b"].Of(topic).ShouldBe([4]);
        }
    }

    private static void ShouldBeComplete(AssignmentInput input, Dictionary<string, PartitionSet> assigned)
    {
        assigned.Keys.Order().ShouldBe(input.Members.Select(static member => member.Id).Order());
        foreach (AssignmentMember member in input.Members) assigned[member.Id].Topics.ShouldAllBe(topic => member.Topics.Contains(topic));
        var wanted = input.PartitionsOf(input.PartitionCounts.Keys.Where(topic => input.Members.Any(member => member.Topics.Contains(topic)))).ToArray();
        assigned.Values.SelectMany(static partitions => partitions.All).Order().ShouldBe(wanted);
    }

    // As heartbeat after heartbeat would: until nothing moves any more.
    private static Dictionary<string, PartitionSet> Settle(AssignmentInput input)
    {
        Dictionary<string, PartitionSet> assigned = Assign("uniform", input);
        for (int i = 0; i < 20; i++) assigned = Assign("uniform", With(input, assigned));
        return assigned;
    }

    private static Dictionary<string, PartitionSet> Assign(string name, AssignmentInput input) => ConsumerAssignors.Find(name)!.Assign(input);

    private static AssignmentInput With(AssignmentInput input, Dictionary<string, PartitionSet> current) =>
        input with { Members = [.. input.Members.Select(member => member with { Current = current[member.Id] })] };

    // Up to eight members, five topics and any former assignment, also of partitions that are no more and that two members claim.
    private static Arbitrary<AssignmentInput> Inputs(bool alike)
    {
        var partitions = Gen.Choose(0, 4).SelectMany(topic => Gen.Choose(0, 11).Select(partition => (s_topics[topic], partition)));
        var member = Gen.SubListOf(s_topics).SelectMany(topics => partitions.ListOf().SelectMany(current => Gen.Elements(true, false).Select(isStatic => (topics, current, isStatic))));
        var counts = Gen.Choose(1, 9).ArrayOf(s_topics.Length);
        var inputs = Gen.Choose(1, 8).SelectMany(size => member.ArrayOf(size)).SelectMany(members => counts.Select(count => new AssignmentInput(
            [.. members.Select((each, index) => new AssignmentMember(
                $"m{index}", each.isStatic ? $"i{9 - index}" : null, (alike ? members[0].topics : each.topics).ToHashSet(), PartitionSet.From(each.current)))],
            members.SelectMany(static each => each.topics).Distinct().ToDictionary(static topic => topic, topic => count[Array.IndexOf(s_topics, topic)]))));
        return Arb.From(inputs);
    }
}
