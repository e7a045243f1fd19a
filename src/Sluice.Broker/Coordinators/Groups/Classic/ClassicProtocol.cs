namespace Sluice.Broker.Coordinators.Groups.Classic;

/// <summary>One way of assigning that a member offers.</summary>
/// <param name="Name">Such as <c>range</c> or <c>cooperative-sticky</c>.</param>
/// <param name="Metadata">The member's subscription in that protocol; opaque here.</param>
internal sealed record ClassicProtocol(string Name, byte[] Metadata)
{
    /// <summary>Whether both offer the same, byte for byte.</summary>
    public bool IsSame(ClassicProtocol other) => Name == other.Name && Metadata.AsSpan().SequenceEqual(other.Metadata);
}
