using Sluice.Protocol;

namespace Sluice.Broker.Topics;

/// <summary>The check of KIP-320: a client says which leader epoch it believes in.</summary>
internal static class LeaderEpochs
{
    /// <param name="claimed">The client's epoch; -1 when it says none.</param>
    /// <param name="current">The partition's epoch.</param>
    public static ErrorCode Check(int claimed, int current)
    {
        if (claimed == -1 || claimed == current) return ErrorCode.None;
        return claimed < current ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch;
    }
}
