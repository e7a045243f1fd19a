using Sluice.Broker.Coordinators.Groups.Classic;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>What a member of a consumer group brings along that speaks the classic protocol.</summary>
/// <param name="SessionTimeoutMs">Longest time between two heartbeats.</param>
/// <param name="Protocols">What it can do, the best first; at least one.</param>
internal sealed record ClassicSupport(int SessionTimeoutMs, IReadOnlyList<ClassicProtocol> Protocols)
{
    /// <summary>Whether both say the same, byte for byte.</summary>
    public static bool AreSame(ClassicSupport? left, ClassicSupport? right)
    {
        if (left is null || right is null) return ReferenceEquals(left, right);
        if (left.SessionTimeoutMs != right.SessionTimeoutMs || left.Protocols.Count != right.Protocols.Count) return false;
        for (int i = 0; i < left.Protocols.Count; i++)
        {
            if (!left.Protocols[i].IsSame(right.Protocols[i])) return false;
        }
        return true;
    }
}
