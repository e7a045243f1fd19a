using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Coordinators.Groups.Classic;

namespace Sluice.Broker.Tests.Groups;

/// <summary>Whatever members do, and in whatever order: in the end each partition has exactly one owner.</summary>
public sealed class ClassicGroupPropertyTests
{
    private const int PartitionsCount = 6;
    private const int MembersMax = 5;

    private static readonly FsCheck.Config Quiet = FsCheck.Config.QuickThrowOnFailure
        .WithMaxTest(Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? 20_000 : 500)
        .WithEndSize(150)
        .WithQuietOnSuccess(true);

    [Fact]
    public void Members_that_come_go_die_and_meet_a_restart_end_with_one_owner_for_each_partition() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static history => Run(history)).Check(Quiet);

    // Every byte is a step: the lower bits say who, the upper ones what.
    private static void Run(byte[] history)
    {
        GroupBench bench = new();
        SimulatedMember?[] members = new SimulatedMember?[MembersMax];
        foreach (byte step in history)
        {
            int who = step % MembersMax;
            switch (step / MembersMax % 16)
            {
                case < 9:
                    (members[who] ??= new SimulatedMember(bench, PartitionsCount)).Step();
                    break;
                case 9:
                    members[who]?.Leave();
                    break;
                case 10:
                    members[who] = null; // Dies: says nothing any more, whatever is still under way.
                    break;
                case 11:
                    bench.Advance(1 + (step * 40L));
                    break;
                case 12:
                    bench.Advance(5_000);
                    break;
                case 13:
                    bench.Advance(61_000);
                    break;
                case 14:
                    bench.Restart();
                    break;
                default:
                    StepAll(members);
                    break;
            }
            ShouldNotShare(members);
        }
        Settle(bench, members);
    }

    // In one generation nobody has what somebody else has.
    private static void ShouldNotShare(SimulatedMember?[] members)
    {
        foreach (IGrouping<int, SimulatedMember> generation in members.OfType<SimulatedMember>().Where(static member => member.Partitions.Count > 0).GroupBy(static member => member.Generation))
            generation.SelectMany(static member => member.Partitions).ShouldBeUnique();
    }

    private static void Settle(GroupBench bench, SimulatedMember?[] members)
    {
        members[0] ??= new SimulatedMember(bench, PartitionsCount);

        // More than enough for every timeout there is, in steps shorter than a session.
        for (int second = 0; second < 400; second++)
        {
            StepAll(members);
            bench.Advance(1_000);
        }
        StepAll(members);

        SimulatedMember[] alive = [.. members.OfType<SimulatedMember>()];
        var group = (ClassicGroup)bench.Shard.Groups["g"];
        group.State.ShouldBe(ClassicGroupState.Stable);
        group.Members.Keys.ShouldBe(alive.Select(static member => member.Id), ignoreOrder: true);
        alive.ShouldAllBe(member => member.Generation == group.Generation);
        alive.SelectMany(static member => member.Partitions).ShouldBe(Enumerable.Range(0, PartitionsCount), ignoreOrder: true);
        bench.Restart();
        ((ClassicGroup)bench.Shard.Groups["g"]).Members.Keys.ShouldBe(group.Members.Keys, ignoreOrder: true);
    }

    private static void StepAll(SimulatedMember?[] members)
    {
        foreach (SimulatedMember? member in members) member?.Step();
    }
}
