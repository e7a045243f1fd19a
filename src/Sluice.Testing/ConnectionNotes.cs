using Sluice.Broker.Requests;
using Sluice.Protocol.Messages;

namespace Sluice.Testing;

/// <summary>What the test kit remembers about one connection.</summary>
/// <remarks>Written by the connection's own loop, which serves one request after the other; read by any thread.</remarks>
internal sealed class ConnectionNotes
{
    private volatile string _clientId = "";
    private volatile string _clientSoftware = "";
    private int _requestsCount;
    private long _mutedUntil;

    public string ClientId => _clientId;

    public string ClientSoftware => _clientSoftware;

    public int RequestsCount => Volatile.Read(ref _requestsCount);

    /// <summary>Notes a request.</summary>
    public void Note(RequestContext context)
    {
        _clientId = context.ClientId;
        if (context.Request is ApiVersionsRequest { ClientSoftwareName: { Length: > 0 } name } versions) _clientSoftware = $"{name} {versions.ClientSoftwareVersion}".TrimEnd();
        Interlocked.Increment(ref _requestsCount);
    }

    /// <summary>Has the next request wait.</summary>
    /// <param name="time">The broker's clock.</param>
    /// <param name="duration">From now on.</param>
    public void Mute(TimeProvider time, TimeSpan duration) => _mutedUntil = time.GetUtcNow().UtcTicks + duration.Ticks;

    /// <summary>How long the next request must wait; zero or less = not at all.</summary>
    public TimeSpan MutedFor(TimeProvider time) => TimeSpan.FromTicks(_mutedUntil - time.GetUtcNow().UtcTicks);
}
