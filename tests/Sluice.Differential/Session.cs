using System.Text;
using Sluice.Differential.Comparison;
using Sluice.Differential.Peers;
using Sluice.Differential.Wire;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential;

/// <summary>One scenario's run against one peer: asks, and writes down every answer.</summary>
/// <remarks>
/// A step's label must be the same on both peers; it starts with the version, so that one script can go through all versions.
/// A connection that the peer has closed is replaced by the next step.
/// </remarks>
internal sealed partial class Session(Peer peer, Scenario scenario, long nowMs) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Where the compared requests come from, on brokers with ACLs; everything else comes from the usual address.</summary>
    public const string GuardedAddress = "127.0.0.2";

    private readonly Flattener _flattener = new(peer, scenario.ToString(), PortOf(peer, scenario), nowMs);
    private WireConnection? _connection;
    private string? _user;
    private int _correlationId;

    public Transcript Transcript { get; } = new();

    /// <summary>The time at which the scenario started, the same for both peers.</summary>
    public long NowMs { get; } = nowMs;

    public Peer Peer { get; } = peer;

    /// <summary>What requests of the steps give as client id.</summary>
    public string ClientId { get; set; } = RequestFrames.ClientId;

    /// <summary>The requests that follow are this user's: every connection logs in by PLAIN, which is not written down.</summary>
    /// <param name="user">One of <see cref="SaslSettings"/>; password and name are alike.</param>
    public void LogInAs(string user)
    {
        _user = user;
        Disconnect();
    }

    /// <summary>A topic name that belongs to this scenario alone.</summary>
    public string Name(string name)
    {
        string full = $"{scenario.Slug}.{name}";
        full = full.Length <= 200 ? full : full[^200..];
        Peer.Owners[full] = scenario.ToString();
        return full;
    }

    /// <summary>Every version that both peers' clients may use, lowest first.</summary>
    public static IEnumerable<short> Versions(ApiKey key)
    {
        ApiDescription api = MessageCatalog.Get(key);
        for (short version = api.LowestVersion; version <= api.HighestStableVersion; version++) yield return version;
    }

    /// <summary>Sends a request and writes its answer down.</summary>
    /// <returns>The answer; null = there was none, which is written down too.</returns>
    public async Task<TResponse?> Send<TResponse>(IRequest<TResponse> request, short version, string what, TimeSpan? patience = null)
        where TResponse : class, IResponse, new()
    {
        ApiDescription api = RequestFrames.ApiOf(request);
        return (TResponse?)await SendBody(api.Key, version, RequestFrames.Body(request, version), what, patience: patience);
    }

    /// <summary>Sends any bytes as the body of a request and writes the answer down.</summary>
    /// <param name="answerVersion">If the answer is known to come in another version.</param>
    public Task<IMessage?> SendBody(ApiKey key, short version, ReadOnlyMemory<byte> body, string what, short? answerVersion = null, TimeSpan? patience = null)
    {
        byte[] frame = RequestFrames.Frame(MessageCatalog.Get(key), version, ++_correlationId, body.Span, ClientId);
        return SendFrame(key, version, frame, what, answerVersion, patience);
    }

    /// <summary>Sends any bytes as a frame and writes down what comes back, read as an answer of <paramref name="key"/>.</summary>
    public async Task<IMessage?> SendFrame(ApiKey key, short version, ReadOnlyMemory<byte> frame, string what, short? answerVersion = null, TimeSpan? patience = null)
    {
        string label = $"v{version} {what}";
        WireConnection connection = await ConnectionAsync();
        await connection.SendFrameAsync(frame);
        Answer answer = await connection.ReceiveAsync(patience ?? Patience);
        if (answer.Kind == AnswerKind.Frame) return Take(label, MessageCatalog.Get(key), answerVersion ?? version, CorrelationIdOf(frame, behindBytes: 2 * sizeof(short)), answer.Frame);
        Transcript.Add(label, "Answer", answer.Kind == AnswerKind.Closed ? "connection closed" : "no answer");
        Disconnect();
        return null;
    }

    /// <summary>Sends raw bytes, sizes included, and writes down whether the peer closes, answers or stays silent.</summary>
    public async Task SendBytes(byte[] bytes, string what, TimeSpan? patience = null)
    {
        WireConnection connection = await ConnectionAsync();
        await connection.SendBytesAsync(bytes);
        Answer answer = await connection.ReceiveAsync(patience ?? Patience);
        Transcript.Add(what, "Answer", answer.Kind switch
        {
            AnswerKind.Frame => "a frame",
            AnswerKind.Closed => "connection closed",
            _ => "no answer",
        });
        if (answer.Kind != AnswerKind.Frame) Disconnect();
    }

    /// <summary>Sends a request to which no answer is due, then another one: whose answer comes first is written down.</summary>
    public async Task SendUnanswered(IMessage request, short version, string what)
    {
        ApiDescription api = RequestFrames.ApiOf(request);
        WireConnection connection = await ConnectionAsync();
        await connection.SendFrameAsync(RequestFrames.Frame(api, version, ++_correlationId, RequestFrames.Body(request, version)));
        int probeId = ++_correlationId;
        ApiDescription probe = MessageCatalog.Get(ApiKey.ApiVersions);
        await connection.SendFrameAsync(RequestFrames.Frame(probe, 0, probeId, []));
        Answer answer = await connection.ReceiveAsync(Patience);
        bool isProbe = answer.Kind == AnswerKind.Frame && CorrelationIdOf(answer.Frame) == probeId;
        Transcript.Add($"v{version} {what}", "Answer", answer.Kind switch
        {
            AnswerKind.Closed => "connection closed",
            AnswerKind.Silence => "nothing at all",
            _ => isProbe ? "none, connection goes on" : "a frame",
        });
        if (!isProbe) Disconnect();
    }

    /// <summary>Sends several requests before the first answer is read, and writes the answers down.</summary>
    public async Task SendMany(IReadOnlyList<(ApiKey Key, short Version, IMessage Request)> requests)
    {
        WireConnection connection = await ConnectionAsync();
        int firstId = _correlationId + 1;
        foreach ((ApiKey key, short version, IMessage request) in requests)
            await connection.SendFrameAsync(RequestFrames.Frame(MessageCatalog.Get(key), version, ++_correlationId, RequestFrames.Body(request, version)));
        for (int i = 0; i < requests.Count; i++)
        {
            Answer answer = await connection.ReceiveAsync(Patience);
            Transcript.Add($"answer {i + 1}", "Correlation", answer.Kind == AnswerKind.Frame ? $"of request {CorrelationIdOf(answer.Frame) - firstId + 1}" : $"{answer.Kind}");
        }
    }

    /// <summary>Writes down a value that the script itself has worked out.</summary>
    public void Note(string what, object value) => Transcript.Add(what, "Value", $"{value}");

    /// <summary>The next step gets a connection of its own.</summary>
    public void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    public void Dispose() => Disconnect();

    private static int PortOf(Peer peer, Scenario scenario) => scenario.HasSaslListener ? peer.SaslPort : peer.Port;

    private async Task<WireConnection> ConnectionAsync()
    {
        if (_connection is not null) return _connection;
        _connection = await WireConnection.OpenAsync(PortOf(Peer, scenario), scenario.HasGuardedBrokers ? GuardedAddress : null);
        if (_user is null) return _connection;
        await Ask(_connection, new SaslHandshakeRequest { Mechanism = "PLAIN" }, version: 1);
        SaslAuthenticateResponse known = await Ask(_connection, new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes($"\0{_user}\0{_user}'s") }, version: 2);
        return known.ErrorCode == ErrorCode.None ? _connection : throw new InvalidOperationException($"{Peer.Name} does not know {_user}: {known.ErrorMessage}");
    }

    // Of an answer; of a request, behind key and version.
    private static int CorrelationIdOf(ReadOnlyMemory<byte> frame, int behindBytes = 0) =>
        frame.Length < behindBytes + sizeof(int) ? -1 : new MessageReader(frame[behindBytes..]).ReadInt32();

    private IMessage? Take(string label, ApiDescription api, short version, int correlationId, byte[] frame)
    {
        try
        {
            MessageReader reader = new(frame);
            ResponseHeader header = new();
            header.Read(ref reader, api.ResponseHeaderVersion(version));
            IMessage response = api.NewResponse();
            response.Read(ref reader, version);
            Learn(response);
            List<KeyValuePair<string, string>> fields = _flattener.Flatten(response);
            fields.Add(new("Correlation", header.CorrelationId == correlationId ? "as asked" : "another"));
            fields.Add(new("BytesBehind", $"{reader.Remaining}"));
            Transcript.Add(label, fields);
            return response;
        }
        catch (WireFormatException unreadable)
        {
            Transcript.Add(label, "Answer", $"unreadable: {unreadable.Reason} in {Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, 64)))}");
            return null;
        }
    }

    // Ids of topics that the script made itself, so that they are shown by name.
    private void Learn(IMessage response)
    {
        if (response is not CreateTopicsResponse created) return;
        foreach (CreateTopicsResponse.CreatableTopicResult topic in created.Topics)
        {
            if (topic.TopicId != Uuid.Zero) Peer.Know(topic.TopicId, topic.Name);
        }
    }
}
