using Sluice.Metadata.Tokens;

namespace Sluice.Metadata;

/// <summary>A delegation token was made or renewed.</summary>
/// <param name="Token">All of it.</param>
public sealed record DelegationTokenSet(DelegationToken Token) : MetadataChange
{
    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (Token.TokenId.Length == 0 || Token.Renewers.IsDefault) throw new MetadataChangeException("A delegation token lacks its id or its renewers.");
        return image.WithDelegationToken(Token);
    }
}
