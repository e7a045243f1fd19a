using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Coordinators.Groups.Streams;
using Sluice.Broker.Coordinators.Groups.Streams.Assignors;

namespace Sluice.Broker.Tests.Groups.Streams;

/// <summary>What holds for every assignment of tasks, whoever the members are and whatever they had before.</summary>
public sealed class StickyTaskAssignorPropertyTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Every_task_is_active_once() => Check.One(s_config, Prop.ForAll(Inputs(), static input =>
    {
        Dictionary<string, TaskSets> assigned = StickyTaskAssignor.Assign(input);
        assigned.Keys.Order().ShouldBe(input.Members.Select(static member => member.Id).Order());
        assigned.Values.SelectMany(static tasks => tasks.Active.All).Order().ShouldBe(input.Tasks.Order());
    }));

    [Fact]
    public void Members_have_equally_many_active_tasks() => Check.One(s_config, Prop.ForAll(Inputs(), static input =>
    {
        int[] counts = [.. StickyTaskAssignor.Assign(input).Values.Select(static tasks => tasks.Active.Count)];
        (counts.Max() - counts.Min()).ShouldBeLessThanOrEqualTo(1);
    }));

    [Fact]
    public void A_process_never_has_a_task_twice() => Check.One(s_config, Prop.ForAll(Inputs(), static input =>
    {
        Dictionary<string, TaskSets> assigned = StickyTaskAssignor.Assign(input);
        foreach (IGrouping<string, TaskAssignmentMember> process in input.Members.GroupBy(static member => member.ProcessId))
        {
            TaskId[] tasks = [.. process.SelectMany(member => assigned[member.Id].Active.All.Concat(assigned[member.Id].Standby.All))];
            tasks.Distinct().Count().ShouldBe(tasks.Length, process.Key);
        }
    }));

    [Fact]
    public void Tasks_with_state_have_as_many_copies_as_are_asked_for_and_as_there_are_other_processes() => Check.One(s_config, Prop.ForAll(Inputs(), static input =>
    {
        ILookup<TaskId, TaskId> copies = StickyTaskAssignor.Assign(input).Values.SelectMany(static tasks => tasks.Standby.All).ToLookup(static task => task);
        int possible = Math.Min(input.StandbyCount, input.Members.Select(static member => member.ProcessId).Distinct().Count() - 1);
        foreach (TaskId task in input.Tasks) copies[task].Count().ShouldBe(input.IsStateful(task.Subtopology) ? possible : 0, task.ToString());
    }));

    [Fact]
    public void Active_tasks_stay_while_nobody_comes_or_goes() => Check.One(s_config, Prop.ForAll(Inputs(), static input =>
    {
        Dictionary<string, TaskSets> first = StickyTaskAssignor.Assign(input);
        Dictionary<string, TaskSets> second = StickyTaskAssignor.Assign(With(input, first));
        foreach ((string id, TaskSets tasks) in first) second[id].Active.ShouldBe(tasks.Active);
    }));

    [Fact]
    public void A_new_member_takes_its_share_and_nothing_else_moves() => Check.One(s_config, Prop.ForAll(Inputs(), static input =>
    {
        Dictionary<string, TaskSets> before = StickyTaskAssignor.Assign(input);
        TaskAssignmentInput settled = With(input, before);
        Dictionary<string, TaskSets> after = StickyTaskAssignor.Assign(settled with { Members = [.. settled.Members, new TaskAssignmentMember("new", "new", TaskSets.Empty)] });
        foreach ((string id, TaskSets tasks) in before) after[id].Active.IsSubsetOf(tasks.Active).ShouldBeTrue($"{id} was given something that another had");
    }));

    [Fact]
    public void Without_a_member_the_others_keep_what_they_have() => Check.One(s_config, Prop.ForAll(Inputs().Filter(static input => input.Members.Count > 1), static input =>
    {
        Dictionary<string, TaskSets> before = StickyTaskAssignor.Assign(input);
        TaskAssignmentInput settled = With(input, before);
        foreach ((string id, TaskSets tasks) in StickyTaskAssignor.Assign(settled with { Members = [.. settled.Members.Skip(1)] })) before[id].Active.IsSubsetOf(tasks.Active).ShouldBeTrue(id);
    }));

    [Fact]
    public void A_task_goes_to_where_its_state_is_kept()
    {
        TaskId[] tasks = [new("0", 0), new("0", 1)];
        TaskAssignmentInput input = new(
            [new TaskAssignmentMember("idle", "p1", TaskSets.Empty), new TaskAssignmentMember("standby", "p2", TaskSets.Empty with { Standby = TaskSet.From([tasks[1]]) })],
            tasks, static _ => true, StandbyCount: 1);
        Dictionary<string, TaskSets> assigned = StickyTaskAssignor.Assign(input);
        assigned["standby"].Active.All.ShouldBe([tasks[1]]);
        assigned["idle"].Active.All.ShouldBe([tasks[0]]);
    }

    private static TaskAssignmentInput With(TaskAssignmentInput input, Dictionary<string, TaskSets> current) =>
        input with { Members = [.. input.Members.Select(member => member with { Current = current[member.Id] })] };

    // Up to six members in up to four processes, four parts, and any former assignment, also of tasks that are no more and that two members claim.
    private static Arbitrary<TaskAssignmentInput> Inputs()
    {
        var task = Gen.Choose(0, 4).SelectMany(part => Gen.Choose(0, 7).Select(partition => new TaskId($"{part}", partition)));
        var member = Gen.Choose(1, 4).SelectMany(process => task.ListOf().SelectMany(active => task.ListOf().Select(standby =>
            (process, Current: new TaskSets(TaskSet.From(active), TaskSet.From(standby.Except(active)), TaskSet.Empty)))));
        var inputs = Gen.Choose(1, 6).SelectMany(size => member.ArrayOf(size)).SelectMany(members => Gen.Choose(0, 6).ArrayOf(4).SelectMany(counts => Gen.Choose(0, 2).Select(standbys =>
            new TaskAssignmentInput(
                [.. members.Select((each, index) => new TaskAssignmentMember($"m{index}", $"p{each.process}", each.Current))],
                [.. counts.SelectMany((count, part) => Enumerable.Range(0, count).Select(partition => new TaskId($"{part}", partition)))],
                static part => part is "0" or "2",
                standbys))));
        return inputs.ToArbitrary();
    }
}
