using Sluice.Protocol;

namespace Sluice.Differential;

/// <summary>A script of requests that both peers are put through. What matters is that the answers are the same, so it asserts nothing.</summary>
/// <param name="Api">Where the scenario is counted in docs/compatibility.md.</param>
/// <param name="Name">A sentence of its own: what is tried. Unique.</param>
/// <param name="Script">Runs once against each peer, with the same time of day.</param>
internal sealed record Scenario(ApiKey Api, string Name, Func<Session, Task> Script)
{
    /// <summary>The scenario's name as it can stand in a topic's name.</summary>
    public string Slug { get; } = string.Concat($"{Api} {Name}".ToLowerInvariant().Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    /// <summary>Whether it runs on brokers that look for something to remove or compact many times a second, rather than every few minutes.</summary>
    public bool HasRestlessBrokers { get; init; }

    /// <summary>Whether it runs on brokers with ACLs, which give it no right that the script has not made.</summary>
    public bool HasGuardedBrokers { get; init; }

    /// <summary>Whether it runs on brokers with a listener that asks clients who they are, and connects to that one.</summary>
    public bool HasSaslListener { get; init; }

    /// <summary>Whether it runs on brokers with a second log directory.</summary>
    public bool HasTwoLogFolders { get; init; }

    public override string ToString() => $"{Api}: {Name}";
}
