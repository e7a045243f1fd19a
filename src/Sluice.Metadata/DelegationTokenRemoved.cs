namespace Sluice.Metadata;

/// <summary>A delegation token was taken back, or had expired.</summary>
/// <param name="TokenId">Its id.</param>
public sealed record DelegationTokenRemoved(string TokenId) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image) => image.DelegationTokens.ContainsKey(TokenId)
        ? image.WithoutDelegationToken(TokenId)
        : throw new MetadataChangeException($"There is no delegation token '{TokenId}' to be removed.");
}
