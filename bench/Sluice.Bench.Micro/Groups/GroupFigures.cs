using System.Diagnostics;
using Sluice.Bench.Load.Brokers;
using Sluice.Broker;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Bench.Micro.Support.Figures;

namespace Sluice.Bench.Micro.Groups;

/// <summary>What the group coordinator does as a whole: a large group that rebalances, commits, and reading commits back at a start. Broker and clients in
/// one process, over loopback.</summary>
internal static class GroupFigures
{
    private const string Group = "figures";
    private const string Topic = "figures";
    private const int PartitionsPerCommit = 100;

    /// <summary>Measures all of it and prints it.</summary>
    /// <param name="scale">1 for the figures of the documents; less for a trial.</param>
    /// <param name="output">Gets Markdown.</param>
    internal static async Task RunAsync(double scale, TextWriter output)
    {
        await output.WriteLineAsync("### Groups\n");
        await output.WriteLineAsync("| what | figure |\n| --- | ---: |");
        await SettleAsync(Scaled(1000, scale), output);
        await CommitAsync(Scaled(5000, scale), output);
        await output.WriteLineAsync();
    }

    // A group of so many members is stable; one more joins; the time until each of them has its new assignment.
    private static async Task SettleAsync(int memberCount, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        await using BrokerServer broker = await StartAsync(directory.Path);
        await using KafkaConnection any = await ConnectAsync(broker);
        await any.SendAsync(new FindCoordinatorRequest { Key = Group }, 3);
        KafkaConnection[] connections = await Task.WhenAll(Enumerable.Range(0, memberCount + 1).Select(_ => ConnectAsync(broker)));
        try
        {
            string[] ids = new string[memberCount];
            await Task.WhenAll(Enumerable.Range(0, memberCount).Select(async i => ids[i] = await JoinAndSyncAsync(connections[i], "")));

            long started = Stopwatch.GetTimestamp();
            Task<string> newcomer = JoinAndSyncAsync(connections[memberCount], "");
            await Task.WhenAll([newcomer, .. Enumerable.Range(0, memberCount).Select(i => RejoinAsync(connections[i], ids[i]))]);
            await RowAsync(output, $"{memberCount:N0} members, one more joins: until all have their assignment, s", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F2}");
        }
        finally
        {
            foreach (KafkaConnection connection in connections) await connection.DisposeAsync();
        }
    }

    // A member notices by its heartbeat, as clients do.
    private static async Task RejoinAsync(KafkaConnection connection, string id)
    {
        while ((await connection.SendAsync(new HeartbeatRequest { GroupId = Group, MemberId = id, GenerationId = 1 })).ErrorCode == ErrorCode.None) await Task.Delay(50);
        await JoinAndSyncAsync(connection, id);
    }

    private static async Task<string> JoinAndSyncAsync(KafkaConnection connection, string id)
    {
        JoinGroupRequest join = new() { GroupId = Group, MemberId = id, SessionTimeoutMs = 45_000, RebalanceTimeoutMs = 60_000, ProtocolType = "consumer" };
        join.Protocols.Add(new() { Name = "range", Metadata = new byte[64] });
        JoinGroupResponse joined = await connection.SendAsync(join);
        if (joined.ErrorCode == ErrorCode.MemberIdRequired)
        {
            join.MemberId = joined.MemberId;
            joined = await connection.SendAsync(join);
        }
        Check(joined.ErrorCode);
        SyncGroupRequest sync = new() { GroupId = Group, MemberId = joined.MemberId, GenerationId = joined.GenerationId, ProtocolType = "consumer", ProtocolName = "range" };
        foreach (JoinGroupResponse.JoinGroupResponseMember member in joined.Members) sync.Assignments.Add(new() { MemberId = member.MemberId, Assignment = new byte[64] });
        Check((await connection.SendAsync(sync)).ErrorCode);
        return joined.MemberId;
    }

    private static async Task CommitAsync(int requestCount, TextWriter output)
    {
        using var directory = new TemporaryDirectory();
        BrokerServer broker = await StartAsync(directory.Path);
        await using BrokerServer first = broker;
        await using KafkaConnection any = await ConnectAsync(broker);
        await CreateTopicAsync(any, Topic, PartitionsPerCommit);
        await any.SendAsync(new FindCoordinatorRequest { Key = Group }, 3);

        const int connectionCount = 4;
        KafkaConnection[] connections = await Task.WhenAll(Enumerable.Range(0, connectionCount).Select(_ => ConnectAsync(broker)));
        int perConnection = requestCount / connectionCount;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(connections.Select((connection, index) => CommitAsync(connection, $"{Group}-{index}", perConnection)));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        long commits = (long)perConnection * connectionCount * PartitionsPerCommit;
        await RowAsync(output, $"offsets committed, {PartitionsPerCommit} in a request, {connectionCount} connections, thousand/s", $"{commits / seconds / 1e3:F0}");
        foreach (KafkaConnection connection in connections) await connection.DisposeAsync();

        // One million distinct keys, so that nothing of it is old.
        int groups = Math.Max(1, requestCount * 2);
        await using (KafkaConnection writer = await ConnectAsync(broker))
        {
            for (int group = 0; group < groups; group++) Check((await writer.SendAsync(Commit($"load-{group}", group), 8)).Topics[0].Partitions[0].ErrorCode);
        }
        await broker.DisposeAsync();
        started = Stopwatch.GetTimestamp();
        await using BrokerServer again = await StartAsync(directory.Path);
        await using KafkaConnection reader = await ConnectAsync(again);
        while ((await reader.SendAsync(new ListGroupsRequest())).ErrorCode == ErrorCode.CoordinatorLoadInProgress) await Task.Delay(5);
        await RowAsync(output, $"reading {((long)groups * PartitionsPerCommit) + commits:N0} commits back at a start, s", $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F2}");
    }

    private static async Task CommitAsync(KafkaConnection connection, string group, int count)
    {
        for (int i = 0; i < count; i++) Check((await connection.SendAsync(Commit(group, i), 8)).Topics[0].Partitions[0].ErrorCode);
    }

    private static OffsetCommitRequest Commit(string group, long offset)
    {
        OffsetCommitRequest request = new() { GroupId = group };
        OffsetCommitRequest.OffsetCommitRequestTopic topic = request.Topics.Add();
        topic.Name = Topic;
        for (int partition = 0; partition < PartitionsPerCommit; partition++)
        {
            OffsetCommitRequest.OffsetCommitRequestPartition entry = topic.Partitions.Add();
            entry.PartitionIndex = partition;
            entry.CommittedOffset = offset;
            entry.CommittedMetadata = "";
        }
        return request;
    }
}
