using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Cli.Tests.Support;

/// <summary>A peer that answers requests as a test tells it to: for what a sound broker never does on demand.</summary>
/// <remarks>Answers ApiVersions, Metadata (one topic) and InitProducerId by itself; the rest goes to the script. Null from the script = no answer.</remarks>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    internal const string Topic = "t";
    internal static readonly Uuid TopicId = new(1, 2);

    private static readonly ApiKey[] Served = [ApiKey.Produce, ApiKey.Fetch, ApiKey.ListOffsets, ApiKey.Metadata, ApiKey.ApiVersions, ApiKey.InitProducerId, ApiKey.DescribeCluster];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<ScriptedRequest, Task<IMessage?>> _answer;
    private readonly Task _accepting;

    internal ScriptedBroker(Func<ScriptedRequest, Task<IMessage?>> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int PartitionCount { get; init; } = 1;

    internal BrokerEndpoint Endpoint => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_closing.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    // Answers as soon as they are there, in whatever order that is.
    private async Task ServeAsync(Socket socket)
    {
        using Socket owned = socket;
        await using var stream = new NetworkStream(socket);
        using var turn = new SemaphoreSlim(1);
        List<Task> answers = [];
        try
        {
            byte[] size = new byte[4];
            while (true)
            {
                await stream.ReadExactlyAsync(size, _closing.Token);
                byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
                await stream.ReadExactlyAsync(frame, _closing.Token);
                answers.Add(AnswerAsync(frame, stream, turn, socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client, or the test, has closed the connection.
        }

        await Task.WhenAll(answers);
    }

    private async Task AnswerAsync(byte[] frame, NetworkStream stream, SemaphoreSlim turn, Socket socket)
    {
        try
        {
            ScriptedRequest request = ScriptedRequest.Read(frame);
            IMessage? response = Usual(request) ?? await _answer(request);
            if (ReferenceEquals(response, ScriptedRequest.CloseConnection)) socket.Close();
            else if (response is not null) await SendAsync(request, response, stream, turn);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody waits for the answer any more.
        }
    }

    private async Task SendAsync(ScriptedRequest request, IMessage response, NetworkStream stream, SemaphoreSlim turn)
    {
        byte[] answer = request.Write(response);
        await turn.WaitAsync(_closing.Token);
        try
        {
            await stream.WriteAsync(answer, _closing.Token);
        }
        finally
        {
            turn.Release();
        }
    }

    private IMessage? Usual(ScriptedRequest request) => request.Body switch
    {
        ApiVersionsRequest => ApiVersions(),
        MetadataRequest => Metadata(),
        InitProducerIdRequest => new InitProducerIdResponse { ProducerId = 7, ProducerEpoch = 0 },
        _ => null,
    };

    private static ApiVersionsResponse ApiVersions()
    {
        var response = new ApiVersionsResponse();
        foreach (ApiKey key in Served)
        {
            ApiVersionsResponse.ApiVersion api = response.ApiKeys.Add();
            api.ApiKey = (short)key;
            api.MinVersion = MessageCatalog.Get(key).LowestVersion;
            api.MaxVersion = MessageCatalog.Get(key).HighestStableVersion;
        }

        return response;
    }

    private MetadataResponse Metadata()
    {
        var response = new MetadataResponse { ClusterId = "scripted", ControllerId = 1 };
        MetadataResponse.MetadataResponseBroker broker = response.Brokers.Add();
        (broker.NodeId, broker.Host, broker.Port) = (1, Endpoint.Host, Endpoint.Port);
        MetadataResponse.MetadataResponseTopic topic = response.Topics.Add();
        (topic.Name, topic.TopicId) = (Topic, TopicId);
        for (int index = 0; index < PartitionCount; index++)
        {
            MetadataResponse.MetadataResponsePartition partition = topic.Partitions.Add();
            (partition.PartitionIndex, partition.LeaderId) = (index, 1);
        }

        return response;
    }
}
