using System.Globalization;
using System.Net;
using Sluice.Broker.Fetching;
using Sluice.Broker.Network;
using Sluice.Broker.Quotas;
using Sluice.Broker.Security;
using Sluice.Broker.Sharing;
using Sluice.Broker.Telemetry;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Requests;

/// <summary>
/// One request while it is handled: its header, where it came from, and the answer that is being made.
/// </summary>
/// <remarks>
/// Each connection owns one and reuses it, since a connection handles one request at a time. Whatever a handler takes
/// from it is valid until the answer has been sent.
/// </remarks>
internal sealed partial class RequestContext(Connection connection)
{
    private readonly RequestHeader _header = new();
    private readonly Dictionary<ApiKey, (IMessage Request, IMessage Response)> _reused = [];
    private WorkClock _work;

    /// <summary>The connection that the request came in on.</summary>
    public Connection Connection { get; } = connection;

    /// <summary>Header of the request; overwritten by the next one.</summary>
    public RequestHeader Header => _header;

    /// <summary>The API asked for.</summary>
    public ApiKey ApiKey { get; set; }

    /// <summary>The version asked for; served, except where <see cref="IMessage"/> of ApiVersions answers another.</summary>
    public short ApiVersion { get; set; }

    /// <summary>Version in which the answer is written; differs from <see cref="ApiVersion"/> only for ApiVersions.</summary>
    public short ResponseVersion { get; set; }

    /// <summary>Client id of the header; empty when null was sent.</summary>
    public string ClientId => _header.ClientId ?? "";

    /// <summary>Who asks.</summary>
    public KafkaPrincipal Principal => Connection.Principal;

    /// <summary>Address of the client.</summary>
    public IPAddress ClientAddress => Connection.RemoteAddress;

    /// <summary>Who pushes metrics, as subscriptions may name it.</summary>
    public TelemetryClient TelemetryClient() =>
        new(ClientId, Connection.SoftwareName, Connection.SoftwareVersion, ClientAddress.ToString(), Connection.RemotePort.ToString(CultureInfo.InvariantCulture));

    /// <summary>The body read, or <see langword="null"/> before parsing.</summary>
    public IMessage? Request { get; set; }

    /// <summary>The answer under construction.</summary>
    public IMessage? Response { get; set; }

    /// <summary>Set for a request that never gets an answer: Produce with acks=0.</summary>
    public bool SuppressResponse { get; set; }

    /// <summary>Set by a handler when the connection must end once the answer, if there is one, is out.</summary>
    public CloseReason? CloseAfterwards { get; set; }

    /// <summary>Set by an interceptor that wants the answer changed after it was laid out: gets its bytes behind the correlation id, without records of files.</summary>
    public Action<Memory<byte>>? ChangeEncoded { get; set; }

    /// <summary>What the log said to the request's only batch, where that was received straight into it; else null.</summary>
    public AppendResult? Appended { get; set; }

    /// <summary>State of this connection's fetches, once it has fetched.</summary>
    public FetchState? Fetch { get; set; }

    /// <summary>State of this connection's share fetches, once there was one.</summary>
    public ShareFetchState? ShareFetch { get; set; }

    /// <summary>Bytes of the request, header included, as quotas count them.</summary>
    public int RequestBytes { get; set; }

    /// <summary>How long the request keeps a thread busy, where somebody has a quota.</summary>
    public ref WorkClock Work => ref _work;

    /// <summary>Whether quotas have counted the request already.</summary>
    public bool IsSettled { get; set; }

    /// <summary>What the request may change of topics; null where it did not ask, or has no limit.</summary>
    public MutationQuota? Mutations { get; set; }

    /// <summary>For how long nothing more is read from the connection once the answer is out, in milliseconds; 0 = not at all.</summary>
    public int ThrottleMs { get; private set; }

    /// <summary>Holds the client back for at least <paramref name="ms"/> milliseconds after this request.</summary>
    public void Throttle(int ms) => ThrottleMs = Math.Max(ThrottleMs, ms);

    /// <summary>Lets go of the messages of a request that is over: a connection that stays idle must not hold a large answer.</summary>
    public void End()
    {
        Request = null;
        Response = null;
    }

    /// <summary>Makes the context ready for the next request.</summary>
    public void Begin()
    {
        _header.Reset();
        Request = null;
        Response = null;
        SuppressResponse = false;
        CloseAfterwards = null;
        ChangeEncoded = null;
        Appended = null;
        RequestBytes = 0;
        _work = default;
        IsSettled = false;
        Mutations = null;
        ThrottleMs = 0;
    }

    /// <summary>The messages of a hot API, kept by this connection and reset for reuse.</summary>
    /// <remarks>Steady-state Produce and Fetch allocate nothing for their messages because of this.</remarks>
    public (TRequest Request, TResponse Response) ReusedMessages<TRequest, TResponse>(ApiKey apiKey)
        where TRequest : class, IMessage, new()
        where TResponse : class, IMessage, new()
    {
        if (!_reused.TryGetValue(apiKey, out (IMessage Request, IMessage Response) pair))
        {
            pair = (new TRequest(), new TResponse());
            _reused.Add(apiKey, pair);
        }
        pair.Request.Reset();
        pair.Response.Reset();
        return ((TRequest)pair.Request, (TResponse)pair.Response);
    }
}
