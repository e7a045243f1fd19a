using System.Globalization;
using System.Text;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Groups;

/// <summary>A consumer as clients are: joins, assigns if it leads, heartbeats, and starts over when it is told to. One request at a time.</summary>
internal sealed class SimulatedMember(GroupBench bench, int partitionsCount)
{
    private (Task Done, JoinGroupResponse Response)? _join;
    private (Task Done, SyncGroupResponse Response)? _sync;
    private JoinGroupResponse? _joined;

    public string Id { get; private set; } = "";

    /// <summary>The generation that it has an assignment of; -1 = none.</summary>
    public int Generation { get; private set; } = -1;

    /// <summary>Partitions that it reads.</summary>
    public IReadOnlyList<int> Partitions { get; private set; } = [];

    /// <summary>Whether it waits for an answer.</summary>
    public bool IsWaiting => _join is { Done.IsCompleted: false } || _sync is { Done.IsCompleted: false };

    /// <summary>Does what comes next, if it need not wait.</summary>
    public void Step()
    {
        if (IsWaiting) return;
        if (_join is { } join) TakeJoined(join.Response);
        else if (_sync is { } sync) TakeSynced(sync.Response);
        else if (_joined is not null) Sync(_joined);
        else if (Generation >= 0) Heartbeat();
        else _join = bench.Join(Id);
    }

    /// <summary>Leaves, and may come back as somebody else.</summary>
    public void Leave()
    {
        if (IsWaiting) return;
        if (Id.Length > 0) bench.Leave(members: [(Id, null)]);
        StartOver(forgetsId: true);
    }

    private void TakeJoined(JoinGroupResponse response)
    {
        _join = null;
        switch (response.ErrorCode)
        {
            case ErrorCode.None:
                Id = response.MemberId;
                _joined = response;
                break;
            case ErrorCode.MemberIdRequired:
                Id = response.MemberId;
                break;
            case ErrorCode.NotCoordinator or ErrorCode.RebalanceInProgress:
                break;
            case ErrorCode.UnknownMemberId:
                StartOver(forgetsId: true);
                break;
            default:
                throw new InvalidOperationException($"a join was answered {response.ErrorCode}");
        }
    }

    private void Sync(JoinGroupResponse joined)
    {
        _joined = null;
        (string MemberId, string Assignment)[] assignments = [];
        if (joined.Leader == Id)
        {
            string[] ids = [.. joined.Members.Select(static member => member.MemberId)];
            assignments = [.. ids.Select((id, index) => (id, string.Join(',', Enumerable.Range(0, partitionsCount).Where(partition => partition % ids.Length == index))))];
        }
        Generation = joined.GenerationId;
        _sync = bench.Sync(Id, Generation, assignments: assignments);
    }

    private void TakeSynced(SyncGroupResponse response)
    {
        _sync = null;
        if (response.ErrorCode != ErrorCode.None)
        {
            StartOver(forgetsId: response.ErrorCode is ErrorCode.UnknownMemberId);
            return;
        }
        string text = Encoding.UTF8.GetString(response.Assignment.Span);
        Partitions = text.Length == 0 ? [] : [.. text.Split(',').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
    }

    private void Heartbeat()
    {
        ErrorCode error = bench.Heartbeat(Id, Generation);
        if (error != ErrorCode.None) StartOver(forgetsId: error == ErrorCode.UnknownMemberId);
    }

    private void StartOver(bool forgetsId)
    {
        _joined = null;
        Generation = -1;
        Partitions = [];
        if (forgetsId) Id = "";
    }
}
