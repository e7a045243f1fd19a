using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class ClassicGroupScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.JoinGroup, "One member's way through a group", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.JoinGroup))
            {
                string group = s.Name($"g{version}");
                await Groups.UntilCoordinated(s, group);
                JoinGroupResponse? joined = await s.Send(Groups.Join(group, version: version), version, "without an id");
                string id = joined!.MemberId;
                if (version >= 4) joined = await s.Send(Groups.Join(group, id, version), version, "with the id given");
                await s.Send(Groups.Join(group, id, version), version, "the same once more");
                await s.Send(new DescribeGroupsRequest { Groups = { group } }, 5, $"described before its assignment, joined by v{version}");
                await s.Send(Groups.Sync(group, id, joined!.GenerationId, memberIds: id), 5, $"its assignment, joined by v{version}");
                await s.Send(new DescribeGroupsRequest { Groups = { group }, IncludeAuthorizedOperations = true }, 6, $"described with its assignment, joined by v{version}");
                await s.Send(Groups.Join(group, id, version), version, "the leader once more");
            }
        }),
        new(ApiKey.JoinGroup, "Joins that are refused", async s =>
        {
            (string group, string id, _) = await Groups.Alone(s);
            foreach (short version in Session.Versions(ApiKey.JoinGroup))
            {
                await s.Send(Groups.Join("", version: version), version, "no group");
                await s.Send(Groups.Join(group, version: version, sessionMs: 5_999), version, "a short session");
                await s.Send(Groups.Join(group, version: version, sessionMs: 1_800_001), version, "a long session");
                await s.Send(Groups.Join(group, "stranger", version), version, "an unknown member");
                await s.Send(Groups.Join(s.Name("absent"), "stranger", version), version, "an unknown member of no group");
                await s.Send(Groups.Join(group, version: version, protocolType: "connect"), version, "another protocol type");
                await s.Send(Groups.Join(group, version: version, protocols: "sticky"), version, "another protocol");
                await s.Send(Groups.Join(s.Name("absent"), version: version, protocolType: ""), version, "no protocol type");
                JoinGroupRequest bare = Groups.Join(s.Name("absent"), version: version);
                bare.Protocols.Clear();
                await s.Send(bare, version, "no protocols");
                if (version >= 5) await s.Send(Groups.Join(group, id, version, instanceId: "i"), version, "a dynamic member as a static one");
            }
        }),
        new(ApiKey.JoinGroup, "A second member has the first one join again", async s =>
        {
            (string group, string first, int generation) = await Groups.Alone(s);
            string second = (await s.Ask(Groups.Join(group), version: 9)).MemberId;
            Task<JoinGroupResponse> secondJoin = s.Ask(Groups.Join(group, second), version: 9);
            await s.WaitUntil("the group rebalances", async () => (await s.Ask(Groups.Heartbeat(group, first, generation), version: 4)).ErrorCode == ErrorCode.RebalanceInProgress);
            await s.Send(Groups.Heartbeat(group, first, generation), 4, "heartbeat");
            await s.Send(Groups.Sync(group, first, generation), 5, "sync");
            DescribeGroupsResponse.DescribedGroup described = (await s.Ask(new DescribeGroupsRequest { Groups = { group } }, version: 5)).Groups[0];
            s.Note("state", described.GroupState);
            foreach ((string name, string id) in new[] { ("the first", first), ("the second", second) })
            {
                DescribeGroupsResponse.DescribedGroupMember member = described.Members.Single(member => member.MemberId == id);
                s.Note($"metadata and assignment of {name}", $"{member.MemberMetadata.Length} bytes, {Convert.ToHexString(member.MemberAssignment.Span)}");
            }
            await s.Send(new ListGroupsRequest(), 5, "listed");
            JoinGroupResponse? leader = await s.Send(Groups.Join(group, first), 9, "the leader joins");
            s.Note("generation of the second", (await secondJoin).GenerationId);
            s.Note("members told to the second", (await secondJoin).Members.Count);
            Task<SyncGroupResponse> secondSync = s.Ask(Groups.Sync(group, second, leader!.GenerationId), version: 5);
            await s.Send(Groups.Sync(group, first, leader.GenerationId, memberIds: [first, second]), 5, "the leader assigns");
            s.Note("assignment of the second", Convert.ToHexString((await secondSync).Assignment.Span));
            await s.Send(Groups.Heartbeat(group, first, generation), 4, "heartbeat of the generation before");
            await s.Send(Groups.Leave(group, 5, (second, null)), 5, "the second leaves");
            await s.Send(Groups.Heartbeat(group, first, leader.GenerationId), 4, "heartbeat after it left");
        }),
        new(ApiKey.SyncGroup, "Syncs that are refused", async s =>
        {
            (string group, string id, int generation) = await Groups.Alone(s);
            foreach (short version in Session.Versions(ApiKey.SyncGroup))
            {
                await s.Send(Groups.Sync(group, id, generation, version), version, "once more");
                await s.Send(Groups.Sync(group, id, generation + 1, version), version, "another generation");
                await s.Send(Groups.Sync(group, "stranger", generation, version), version, "an unknown member");
                await s.Send(Groups.Sync("", id, generation, version), version, "no group");
                await s.Send(Groups.Sync(s.Name("absent"), id, generation, version), version, "an unknown group");
                if (version >= 3) await s.Send(Groups.Sync(group, id, generation, version, instanceId: "i"), version, "a dynamic member as a static one");
                if (version < 5) continue;
                SyncGroupRequest other = Groups.Sync(group, id, generation, version);
                other.ProtocolName = "sticky";
                await s.Send(other, version, "another protocol");
                other.ProtocolName = null;
                await s.Send(other, version, "no protocol");
            }
        }),
        new(ApiKey.Heartbeat, "Of members, strangers and former generations", async s =>
        {
            (string group, string id, int generation) = await Groups.Alone(s);
            foreach (short version in Session.Versions(ApiKey.Heartbeat))
            {
                await s.Send(Groups.Heartbeat(group, id, generation, version), version, "a member");
                await s.Send(Groups.Heartbeat(group, id, generation + 1, version), version, "another generation");
                await s.Send(Groups.Heartbeat(group, "stranger", generation, version), version, "an unknown member");
                await s.Send(Groups.Heartbeat(group, "", generation, version), version, "no member");
                await s.Send(Groups.Heartbeat("", id, generation, version), version, "no group");
                await s.Send(Groups.Heartbeat(s.Name("absent"), id, generation, version), version, "an unknown group");
                if (version >= 3) await s.Send(Groups.Heartbeat(group, id, generation, version, instanceId: "i"), version, "a dynamic member as a static one");
            }
        }),
        new(ApiKey.LeaveGroup, "Members, strangers, pending ones, and nobody", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.LeaveGroup))
            {
                (string group, string id, _) = await Groups.Alone(s, $"g{version}");
                await s.Send(Groups.Leave(group, version, ("stranger", null)), version, "an unknown member");
                await s.Send(Groups.Leave("", version, (id, null)), version, "no group");
                await s.Send(Groups.Leave(s.Name("absent"), version, (id, null)), version, "an unknown group");
                string pending = (await s.Ask(Groups.Join(group), version: 9)).MemberId;
                await s.Send(Groups.Leave(group, version, (pending, null)), version, "one that has only got its id");
                if (version >= 3)
                {
                    await s.Send(Groups.Leave(group, version), version, "nobody");
                    await s.Send(Groups.Leave(group, version, ("", "instance"), ("", null), (id, "instance")), version, "three that are not there");
                }
                await s.Send(Groups.Leave(group, version, (id, null)), version, "the member");
                await s.Send(Groups.Leave(group, version, (id, null)), version, "the member once more");
                await s.Send(new DescribeGroupsRequest { Groups = { group } }, 5, $"described, left by v{version}");
            }
        }),
    ];
}
