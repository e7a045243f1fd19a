namespace Sluice.Broker.Sharing;

/// <summary>What members of share groups may be called.</summary>
internal static class ShareMembers
{
    /// <summary>Longest member id, in UTF-16 units: a UUID in its longest spelling.</summary>
    public const int MemberIdLengthMax = 36;

    /// <summary>Whether a member may be called that.</summary>
    public static bool IsMemberId(string? memberId) => memberId is { Length: >= 1 and <= MemberIdLengthMax };
}
