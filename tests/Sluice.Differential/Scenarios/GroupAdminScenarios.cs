using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

internal static class GroupAdminScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.DescribeGroups, "With members, with offsets only, and absent", async s =>
        {
            Topic topic = await s.Topic();
            (string group, _, _) = await Groups.Alone(s);
            string simple = s.Name("simple");
            await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
            foreach (short version in Session.Versions(ApiKey.DescribeGroups))
            {
                await s.Send(new DescribeGroupsRequest { Groups = { group } }, version, "with a member");
                await s.Send(new DescribeGroupsRequest { Groups = { simple, s.Name("absent"), "" } }, version, "with offsets only, absent, and no name");
                await s.Send(new DescribeGroupsRequest(), version, "none");
                if (version >= 3) await s.Send(new DescribeGroupsRequest { Groups = { group, s.Name("absent") }, IncludeAuthorizedOperations = true }, version, "with operations");
            }
        }),
        new(ApiKey.ListGroups, "All, by state and by type", async s =>
        {
            Topic topic = await s.Topic();
            await Groups.Alone(s);
            await s.Ask(Groups.Commit(s.Name("simple"), topic, 1), version: 9);
            (string left, string id, _) = await Groups.Alone(s, "left");
            await s.Ask(Groups.Leave(left, 5, (id, null)), version: 5);
            foreach (short version in Session.Versions(ApiKey.ListGroups))
            {
                await s.Send(new ListGroupsRequest(), version, "all");
                if (version < 4) continue;
                foreach (string state in new[] { "Stable", "stable", "Empty", "Dead", "PreparingRebalance", "no such state", "" })
                    await s.Send(new ListGroupsRequest { StatesFilter = { state } }, version, $"state '{state}'");
                await s.Send(new ListGroupsRequest { StatesFilter = { "Stable", "Empty" } }, version, "two states");
                if (version < 5) continue;
                foreach (string type in new[] { "classic", "Classic", "consumer", "share", "no such type", "" })
                    await s.Send(new ListGroupsRequest { TypesFilter = { type } }, version, $"type '{type}'");
            }
        }),
        new(ApiKey.DeleteGroups, "Empty ones, others, and what is not there", async s =>
        {
            Topic topic = await s.Topic();
            foreach (short version in Session.Versions(ApiKey.DeleteGroups))
            {
                (string group, string id, int generation) = await Groups.Alone(s, $"g{version}");
                string simple = s.Name($"simple{version}");
                await s.Ask(Groups.Commit(simple, topic, 1), version: 9);
                await s.Ask(Groups.Commit(group, topic, 1, memberId: id, generation: generation), version: 9);
                await s.Send(new DeleteGroupsRequest { GroupsNames = { group, simple, s.Name("absent"), "" } }, version, "several");
                await s.Send(Groups.Fetch(simple, 7, all: true), 7, $"what is left, deleted by v{version}");
                await s.Ask(Groups.Leave(group, 5, (id, null)), version: 5);
                await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, version, "after its member left");
                await s.Send(Groups.Fetch(group, 7, all: true), 7, $"what is left after the member left, deleted by v{version}");
                await s.Send(new DeleteGroupsRequest { GroupsNames = { group } }, version, "once more");
                await s.Send(new DescribeGroupsRequest { Groups = { group } }, 5, $"described, deleted by v{version}");
            }
        }),
    ];
}
