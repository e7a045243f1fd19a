using System.Collections.Concurrent;
using Sluice.Protocol;

namespace Sluice.Differential.Peers;

/// <summary>One of the two brokers that are asked the same questions.</summary>
internal abstract class Peer : IAsyncDisposable
{
    // Ids differ between peers, so an answer shows the topic's name in their place.
    private readonly ConcurrentDictionary<Uuid, string> _topicNames = new();

    /// <summary>Name in reports.</summary>
    public abstract string Name { get; }

    public abstract int Port { get; }

    /// <summary>Port of the listener that asks clients who they are; only of peers that were started with one.</summary>
    public virtual int SaslPort => throw new NotSupportedException("The peer has no SASL listener.");

    /// <summary>The one log directory, or the first.</summary>
    public abstract string LogFolder { get; }

    /// <summary>The second one; only of peers that were started with two.</summary>
    public abstract string SecondLogFolder { get; }

    /// <summary>Topics that scenarios have made, by the scenario that owns them.</summary>
    public ConcurrentDictionary<string, string> Owners { get; } = new();

    public void Know(Uuid topicId, string topic) => _topicNames[topicId] = topic;

    public string? TopicOf(Uuid topicId) => _topicNames.GetValueOrDefault(topicId);

    public abstract ValueTask DisposeAsync();
}
