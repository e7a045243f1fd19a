using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class StaticMemberScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.JoinGroup, "A static member that comes back", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.JoinGroup).Where(static version => version >= 5))
            {
                string group = s.Name($"g{version}");
                await Groups.UntilCoordinated(s, group);
                JoinGroupResponse? joined = await s.Send(Groups.Join(group, version: version, instanceId: "i"), version, "joins");
                string id = joined!.MemberId;
                await s.Send(Groups.Sync(group, id, joined.GenerationId, instanceId: "i", memberIds: id), 5, $"its assignment, joined by v{version}");
                JoinGroupResponse? back = await s.Send(Groups.Join(group, version: version, instanceId: "i"), version, "comes back without its id");
                string newId = back!.MemberId;
                await s.Send(Groups.Heartbeat(group, id, joined.GenerationId, instanceId: "i"), 4, $"heartbeat of the old id, joined by v{version}");
                await s.Send(Groups.Heartbeat(group, id, joined.GenerationId), 4, $"heartbeat of the old id without instance, joined by v{version}");
                await s.Send(Groups.Heartbeat(group, newId, joined.GenerationId, instanceId: "i"), 4, $"heartbeat of the new id, joined by v{version}");
                await s.Send(Groups.Sync(group, id, joined.GenerationId, instanceId: "i"), 5, $"sync of the old id, joined by v{version}");
                await s.Send(Groups.Sync(group, newId, joined.GenerationId, instanceId: "i"), 5, $"sync of the new id, joined by v{version}");
                await s.Send(Groups.Join(group, id, version, instanceId: "i"), version, "the old id joins");
                await s.Send(Groups.Join(group, "stranger", version, instanceId: "i"), version, "a stranger with the instance");
                await s.Send(Groups.Join(group, newId, version, instanceId: "other"), version, "the new id with another instance");
                await s.Send(new DescribeGroupsRequest { Groups = { group } }, 5, $"described, joined by v{version}");
                await s.Send(Groups.Leave(group, 5, (id, "i"), ("", "j"), ("", "i")), 5, $"removed by an administrator, joined by v{version}");
                await s.Send(new DescribeGroupsRequest { Groups = { group } }, 5, $"described at the end, joined by v{version}");
            }
        }),
    ];
}
