using Sluice.Broker.Network;
using Sluice.Metadata.Features;
using Sluice.Protocol;

namespace Sluice.Broker.Requests;

/// <summary>Serves one API: reads its requests, acts, and fills its answers.</summary>
/// <remarks>One instance serves all connections at once, so a handler holds no state of a request.</remarks>
internal abstract class ApiHandler
{
    /// <summary>The API served.</summary>
    public abstract ApiKey ApiKey { get; }

    /// <summary>Lowest version served.</summary>
    public virtual short LowestVersion => MessageCatalog.Get(ApiKey).LowestVersion;

    /// <summary>Highest version served.</summary>
    public virtual short HighestVersion => MessageCatalog.Get(ApiKey).HighestStableVersion;

    /// <summary>Lowest version that ApiVersions tells; below <see cref="LowestVersion"/> only where clients need the lie.</summary>
    public virtual short AdvertisedLowestVersion => LowestVersion;

    /// <summary>
    /// Whether a request may be handled on the thread that received it, where the host lets sockets complete inline. Only for work that
    /// takes microseconds and waits for no disk to be written: that thread receives for many connections.
    /// </summary>
    /// <param name="context">The request, read.</param>
    public virtual bool RunsOnSocketThread(RequestContext context) => false;

    /// <summary>Whether the API is there at all now; if not, it is not announced, and a request ends its connection.</summary>
    public virtual bool IsServed => true;

    /// <summary>The feature without which every request is answered UNSUPPORTED_VERSION; null = none.</summary>
    public virtual Feature? Feature => null;

    /// <summary>Reads the body into the context.</summary>
    /// <exception cref="WireFormatException">The body is malformed.</exception>
    public abstract void Read(RequestContext context, ref MessageReader reader);

    /// <summary>
    /// Takes in what of the request is yet to be received, straight from the socket, and notes in the context what became of it; then
    /// <see cref="HandleAsync"/> does the rest. Called for requests of whose records only the beginning is there.
    /// </summary>
    /// <returns>False if the request must be received as a whole first; the arriving batch then has back what was received.</returns>
    public virtual bool TryTakeIn(RequestContext context, ArrivingBatch arriving) => false;

    /// <summary>Acts on the request of the context and fills its response.</summary>
    public abstract ValueTask HandleAsync(RequestContext context, CancellationToken cancellationToken);

    /// <summary>Turns the response of the context into a refusal of everything that was asked.</summary>
    public abstract void Fail(RequestContext context, ErrorCode error);

    /// <summary>Called when the answer is out or given up, whatever happened before.</summary>
    public virtual void Release(RequestContext context)
    {
    }
}
