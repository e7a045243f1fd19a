using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

/// <summary>What can be asked of a cluster as a whole, where the cluster is one node.</summary>
internal static class ClusterAdministrationScenarios
{
    private const int BrokerId = 1;
    private const int Absent = 7;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.ElectLeaders, "Of partitions that are there, that are not, and of all", async s =>
        {
            Topic topic = await s.Topic("t", partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.ElectLeaders))
            {
                foreach (sbyte type in version == 0 ? new sbyte[] { 0 } : [0, 1])
                {
                    await s.Send(Elect(type, (topic.Name, [0, 1])), version, $"type {type}, both");
                    await s.Send(Elect(type, (topic.Name, [1, 99, -1, 1]), (s.Name("missing"), [0]), ("", [0])), version, $"type {type}, good and bad");
                    await s.Send(Elect(type, (topic.Name, [])), version, $"type {type}, no partition");
                    await s.Send(Elect(type), version, $"type {type}, no topic");
                    await s.Send(new ElectLeadersRequest { ElectionType = type, TopicPartitions = null }, version, $"type {type}, all");
                }
            }
        }),
        new(ApiKey.ElectLeaders, "Timeouts", async s =>
        {
            Topic topic = await s.Topic("t", partitionsCount: 1);
            foreach (int timeoutMs in new[] { 60_000, int.MaxValue })
            {
                ElectLeadersRequest request = Elect(0, (topic.Name, [0]));
                request.TimeoutMs = timeoutMs;
                await s.Send(request, 2, $"{timeoutMs} ms");
            }
        }),
        new(ApiKey.AlterPartitionReassignments, "To where the replicas are, to brokers that are not there, and cancelled", async s =>
        {
            Topic topic = await s.Topic("t", partitionsCount: 2);
            foreach (short version in Session.Versions(ApiKey.AlterPartitionReassignments))
            {
                await s.Send(Reassign((topic.Name, 0, [BrokerId])), version, "as it is");
                await s.Send(Reassign((topic.Name, 0, [Absent]), (topic.Name, 1, [BrokerId])), version, "to a broker that is not there");
                await s.Send(Reassign((topic.Name, 0, [BrokerId, Absent])), version, "to one more");
                await s.Send(Reassign((topic.Name, 0, [BrokerId, BrokerId])), version, "twice to the same");
                await s.Send(Reassign((topic.Name, 0, [])), version, "to nobody");
                await s.Send(Reassign((topic.Name, 0, [-1])), version, "to a negative broker");
                await s.Send(Reassign((topic.Name, 0, null)), version, "cancelled");
                await s.Send(Reassign((topic.Name, 99, [BrokerId]), (s.Name("missing"), 0, [BrokerId]), (s.Name("missing"), 0, null)), version, "partitions that are not there");
                await s.Send(new AlterPartitionReassignmentsRequest(), version, "nothing");
                if (version < 1) continue;
                foreach (int[] replicas in new[] { new[] { BrokerId }, [BrokerId, Absent], [BrokerId, BrokerId], [] })
                {
                    AlterPartitionReassignmentsRequest request = Reassign((topic.Name, 0, replicas));
                    request.AllowReplicationFactorChange = false;
                    await s.Send(request, version, $"as many as before: {string.Join(',', replicas)}");
                }
            }
        }),
        new(ApiKey.ListPartitionReassignments, "Of all, of some, of what is not there", async s =>
        {
            Topic topic = await s.Topic("t", partitionsCount: 1);
            await s.Send(new ListPartitionReassignmentsRequest { Topics = null }, 0, "all");
            await s.Send(new ListPartitionReassignmentsRequest { Topics = [] }, 0, "none");
            await s.Send(new ListPartitionReassignmentsRequest { Topics = [new() { Name = topic.Name, PartitionIndexes = { 0, 99, -1 } }] }, 0, "some");
            await s.Send(new ListPartitionReassignmentsRequest { Topics = [new() { Name = s.Name("missing"), PartitionIndexes = { 0 } }, new() { Name = "" }] }, 0, "not there");
        }),
        new(ApiKey.DescribeQuorum, "Of the metadata, and of what is none", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.DescribeQuorum))
            {
                // Offsets and epochs are each broker's own, and move on.
                DescribeQuorumResponse metadata = await s.Ask(Quorum(("__cluster_metadata", [0])), version);
                DescribeQuorumResponse.PartitionData log = metadata.Topics[0].Partitions[0];
                s.Note($"v{version} the metadata", $"{metadata.ErrorCode} {log.ErrorCode}, led by {log.LeaderId}, voters {string.Join(',', log.CurrentVoters.Select(static voter => voter.ReplicaId))}, "
                    + $"observers {log.Observers.Count}, nodes {string.Join(',', metadata.Nodes.Select(static node => node.NodeId))}, all voters up to date: {log.CurrentVoters.All(voter => voter.LogEndOffset >= log.HighWatermark)}");
                await s.Send(Quorum(("__cluster_metadata", [1])), version, "another partition of it");
                await s.Send(Quorum(("__cluster_metadata", [0, 1])), version, "two partitions of it");
                await s.Send(Quorum(("__cluster_metadata", [])), version, "no partition of it");
                await s.Send(Quorum(("nothing", [0])), version, "another topic");
                await s.Send(Quorum(("__cluster_metadata", [0]), ("nothing", [0])), version, "and another topic");
                await s.Send(new DescribeQuorumRequest(), version, "nothing");
            }
        }),
        new(ApiKey.UpdateFeatures, "Levels that are refused", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.UpdateFeatures))
            {
                await s.Send(new UpdateFeaturesRequest(), version, "nothing");
                await s.Send(Update(version, ("group.version", 1, 1)), version, "as it is");
                await s.Send(Update(version, ("group.version", 2, 1)), version, "too high");
                await s.Send(Update(version, ("group.version", -1, 1)), version, "negative");
                await s.Send(Update(version, ("group.version", 0, 1)), version, "down, as an upgrade");
                await s.Send(Update(version, ("no.such.version", 1, 1)), version, "an unknown one");
                await s.Send(Update(version, ("", 1, 1)), version, "without a name");
                await s.Send(Update(version, ("metadata.version", 31, 1)), version, "metadata, too high");
                await s.Send(Update(version, ("metadata.version", 0, 2)), version, "metadata, to nothing");
                await s.Send(Update(version, ("group.version", 1, 1), ("share.version", 9, 1)), version, "one good, one bad");
                await s.Send(Update(version, ("no.such.version", 1, 1), ("share.version", 9, 1)), version, "two bad ones");
                if (version < 1) continue;
                foreach (sbyte type in new sbyte[] { 0, 4, -1 }) await s.Send(Update(version, ("group.version", 1, type)), version, $"upgrade type {type}");
                await s.Send(Update(version, ("group.version", 1, 2)), version, "as it is, as a downgrade");
            }
        }),
        new(ApiKey.UpdateFeatures, "Only checked, taken down and raised again", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.UpdateFeatures).Where(static version => version > 0))
            {
                UpdateFeaturesRequest check = Update(version, ("group.version", 0, 2));
                check.ValidateOnly = true;
                await s.Send(check, version, "only checked");
                await s.Send(Describe(s), 1, "still served");
                await s.Send(Update(version, ("group.version", 0, 2), ("share.version", 0, 2)), version, "down");
                await s.WaitUntil(static () => "the features are off", async () => await IsServed(s) == (false, false));
                await s.Send(new ApiVersionsRequest { ClientSoftwareName = "d", ClientSoftwareVersion = "1" }, 4, "what is told then");
                await s.Send(Describe(s), 1, "no longer served");
                await s.Send(new ConsumerGroupHeartbeatRequest { GroupId = s.Name("g"), MemberId = "m", SubscribedTopicNames = [], TopicPartitions = [], RebalanceTimeoutMs = 1000 }, 1, "a member's heartbeat");
                await s.Send(new ShareGroupDescribeRequest { GroupIds = { s.Name("g") } }, 1, "share groups described");
                await s.Send(new ShareGroupHeartbeatRequest { GroupId = s.Name("g"), MemberId = "m", SubscribedTopicNames = [] }, 1, "a share member's heartbeat");
                await s.Send(new ShareFetchRequest { GroupId = s.Name("g"), MemberId = "AAAAAAAAAAAAAAAAAAAAAQ" }, 1, "records shared");
                await s.Send(new ShareAcknowledgeRequest { GroupId = s.Name("g"), MemberId = "AAAAAAAAAAAAAAAAAAAAAQ" }, 1, "records acknowledged");
                await s.Send(new DescribeShareGroupOffsetsRequest { Groups = { new() { GroupId = s.Name("g"), Topics = null } } }, 0, "offsets described");
                await s.Send(new AlterShareGroupOffsetsRequest { GroupId = s.Name("g"), Topics = { new() { TopicName = s.Name("missing"), Partitions = { new() } } } }, 0, "offsets altered");
                await s.Send(new DeleteShareGroupOffsetsRequest { GroupId = s.Name("g"), Topics = { new() { TopicName = s.Name("missing") } } }, 0, "offsets deleted");
                await s.Send(Update(version, ("group.version", 1, 1), ("share.version", 1, 1)), version, "up");
                await s.WaitUntil(static () => "the features are on", async () => await IsServed(s) == (true, true));
                await s.Send(Describe(s), 1, "served again");
            }
        }),
        new(ApiKey.UnregisterBroker, "Brokers that are not there", async s =>
        {
            foreach (int id in new[] { Absent, -1, int.MaxValue }) await s.Send(new UnregisterBrokerRequest { BrokerId = id }, 0, $"broker {id}");
        }),
        new(ApiKey.AddRaftVoter, "Where the quorum is one node", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.AddRaftVoter))
            {
                await s.Send(Voter(null), version, "any cluster");
                await s.Send(Voter("another"), version, "another cluster");
            }
        }),
        new(ApiKey.RemoveRaftVoter, "Where the quorum is one node", async s =>
        {
            await s.Send(new RemoveRaftVoterRequest { ClusterId = null, VoterId = Absent, VoterDirectoryId = ProduceScenarios.UnknownId }, 0, "any cluster");
            await s.Send(new RemoveRaftVoterRequest { ClusterId = "another", VoterId = Absent, VoterDirectoryId = ProduceScenarios.UnknownId }, 0, "another cluster");
        }),
        new(ApiKey.ListConfigResources, "Kinds, all of them, and some that there are not", async s =>
        {
            await s.Send(new ListConfigResourcesRequest(), 0, "client metrics only");
            foreach (sbyte type in new sbyte[] { ConfigResources.Broker, 8, 16, ConfigResources.Group })
                await s.Send(new ListConfigResourcesRequest { ResourceTypes = { type } }, 1, $"type {type}");
            await s.Send(new ListConfigResourcesRequest { ResourceTypes = { 16, ConfigResources.Broker, 16 } }, 1, "one twice");
            foreach (sbyte type in new sbyte[] { 0, 1, 3, -1, 127 }) await s.Send(new ListConfigResourcesRequest { ResourceTypes = { ConfigResources.Broker, type } }, 1, $"and type {type}");
        }),
    ];

    public static ElectLeadersRequest Elect(sbyte type, params (string Topic, int[] Partitions)[] topics)
    {
        ElectLeadersRequest request = new() { ElectionType = type, TopicPartitions = [] };
        foreach ((string topic, int[] partitions) in topics) request.TopicPartitions.Add(new() { Topic = topic, Partitions = [.. partitions] });
        return request;
    }

    public static AlterPartitionReassignmentsRequest Reassign(params (string Topic, int Partition, int[]? Replicas)[] partitions)
    {
        AlterPartitionReassignmentsRequest request = new();
        foreach ((string topic, int partition, int[]? replicas) in partitions)
            request.Topics.Add(new() { Name = topic, Partitions = { new() { PartitionIndex = partition, Replicas = replicas is null ? null : [.. replicas] } } });
        return request;
    }

    public static DescribeQuorumRequest Quorum(params (string Topic, int[] Partitions)[] topics)
    {
        DescribeQuorumRequest request = new();
        foreach ((string topic, int[] partitions) in topics)
        {
            DescribeQuorumRequest.TopicData asked = request.Topics.Add();
            asked.TopicName = topic;
            foreach (int partition in partitions) asked.Partitions.Add().PartitionIndex = partition;
        }
        return request;
    }

    public static UpdateFeaturesRequest Update(short version, params (string Feature, short Level, sbyte Type)[] updates)
    {
        UpdateFeaturesRequest request = new();
        foreach ((string feature, short level, sbyte type) in updates)
        {
            UpdateFeaturesRequest.FeatureUpdateKey update = request.FeatureUpdates.Add();
            (update.Feature, update.MaxVersionLevel) = (feature, level);
            if (version == 0) update.AllowDowngrade = type == 2;
            else update.UpgradeType = type;
        }
        return request;
    }

    public static AddRaftVoterRequest Voter(string? clusterId) => new()
    {
        ClusterId = clusterId, TimeoutMs = 1000, VoterId = Absent, VoterDirectoryId = ProduceScenarios.UnknownId,
        Listeners = { new() { Name = "CONTROLLER", Host = "127.0.0.1", Port = 9 } },
    };

    private static async Task<(bool Groups, bool ShareGroups)> IsServed(Session s)
    {
        ErrorCode groups = (await s.Ask(Describe(s), version: 1)).Groups[0].ErrorCode;
        ErrorCode shareGroups = (await s.Ask(new ShareGroupDescribeRequest { GroupIds = { s.Name("g") } }, version: 1)).Groups[0].ErrorCode;
        return (groups != ErrorCode.UnsupportedVersion, shareGroups != ErrorCode.UnsupportedVersion);
    }

    private static ConsumerGroupDescribeRequest Describe(Session s) => new() { GroupIds = { s.Name("g") } };
}
