using System.Collections.Immutable;

namespace Sluice.Metadata.Tokens;

/// <summary>A delegation token (KIP-48): whoever knows its secret acts as its owner. The secret follows from the id and the broker's key, and is not stored.</summary>
/// <param name="TokenId">Random; the user name with which it logs in.</param>
/// <param name="Owner">Who it stands for, as <c>Type:Name</c>.</param>
/// <param name="Requester">Who asked for it, as <c>Type:Name</c>.</param>
/// <param name="Renewers">Who may renew it beside its owner, each as <c>Type:Name</c>.</param>
/// <param name="IssueTimestampMs">When it was made.</param>
/// <param name="MaxTimestampMs">When it ends, whatever happens.</param>
/// <param name="ExpiryTimestampMs">When it ends unless somebody renews it; at most <paramref name="MaxTimestampMs"/>.</param>
public sealed record DelegationToken(
    string TokenId,
    string Owner,
    string Requester,
    ImmutableArray<string> Renewers,
    long IssueTimestampMs,
    long MaxTimestampMs,
    long ExpiryTimestampMs);
