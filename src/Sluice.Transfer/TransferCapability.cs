namespace Sluice.Transfer;

/// <summary>Whether this system offers one mechanism.</summary>
/// <param name="Name">The mechanism, as its manual page names it.</param>
/// <param name="IsOffered">Whether it can be used here and now.</param>
/// <param name="Detail">What it is used for where it is offered; else why it is not.</param>
public sealed record TransferCapability(string Name, bool IsOffered, string Detail)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Name}: {(IsOffered ? "yes" : "no")} ({Detail})";
}
