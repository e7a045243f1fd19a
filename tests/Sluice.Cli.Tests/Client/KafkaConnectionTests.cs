using Microsoft.Extensions.Time.Testing;
using Sluice.Cli.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Cli.Tests.Client;

public sealed class KafkaConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_reach_those_who_asked_whatever_their_order()
    {
        var allAsked = new TaskCompletionSource();
        int asked = 0;
        await using var broker = new ScriptedBroker(async request =>
        {
            var body = (ListOffsetsRequest)request.Body;
            if (Interlocked.Increment(ref asked) == 3) allAsked.SetResult();
            await allAsked.Task.WaitAsync(TestCli.Deadline, Token);
            var response = new ListOffsetsResponse();
            response.Topics.Add().Name = body.Topics[0].Name;
            return response;
        });
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(broker.Endpoint, null, Token);

        ListOffsetsResponse[] answers = await Task.WhenAll(Ask("a"), Ask("b"), Ask("c"));

        answers.Select(answer => answer.Topics[0].Name).ShouldBe(["a", "b", "c"]);

        Task<ListOffsetsResponse> Ask(string topic)
        {
            var request = new ListOffsetsRequest();
            request.Topics.Add().Name = topic;
            return connection.SendAsync(request, cancellationToken: Token);
        }
    }

    [Fact]
    public async Task Request_without_answer_times_out_and_the_connection_goes_on()
    {
        var time = new FakeTimeProvider();
        var isAsked = new TaskCompletionSource();
        await using var broker = new ScriptedBroker(request =>
        {
            if (request.Body is DescribeClusterRequest) return Task.FromResult<IMessage?>(new DescribeClusterResponse { ClusterId = "c" });
            isAsked.TrySetResult();
            return Task.FromResult<IMessage?>(null);
        });
        var options = new KafkaClientOptions { TimeProvider = time, RequestTimeout = TimeSpan.FromSeconds(7) };
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(broker.Endpoint, options, Token);

        Task<ListOffsetsResponse> unanswered = connection.SendAsync(new ListOffsetsRequest(), cancellationToken: Token);
        await isAsked.Task.WaitAsync(TestCli.Deadline, Token);
        time.Advance(TimeSpan.FromSeconds(6));
        unanswered.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));

        KafkaException exception = await Should.ThrowAsync<KafkaException>(unanswered);
        exception.Error.ShouldBe(ErrorCode.RequestTimedOut);
        exception.Message.ShouldContain("within 7 s");
        connection.IsOpen.ShouldBeTrue();
        (await connection.SendAsync(new DescribeClusterRequest(), cancellationToken: Token)).ClusterId.ShouldBe("c");
    }

    [Fact]
    public async Task Connection_that_breaks_fails_all_who_wait_and_all_who_come()
    {
        await using var broker = new ScriptedBroker(_ => Task.FromResult<IMessage?>(ScriptedRequest.CloseConnection));
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(broker.Endpoint, null, Token);

        Task<ListOffsetsResponse> first = connection.SendAsync(new ListOffsetsRequest(), cancellationToken: Token);
        KafkaException exception = await Should.ThrowAsync<KafkaException>(first);
        exception.Error.ShouldBe(ErrorCode.NetworkException);
        connection.IsOpen.ShouldBeFalse();
        (await Should.ThrowAsync<KafkaException>(connection.SendAsync(new ListOffsetsRequest(), cancellationToken: Token))).Error.ShouldBe(ErrorCode.NetworkException);
    }

    [Fact]
    public async Task Requests_beyond_those_in_flight_wait_for_answers()
    {
        using var arrived = new SemaphoreSlim(0);
        var release = new TaskCompletionSource();
        int arrivedCount = 0;
        await using var broker = new ScriptedBroker(async _ =>
        {
            Interlocked.Increment(ref arrivedCount);
            arrived.Release();
            await release.Task.WaitAsync(TestCli.Deadline, Token);
            return new ListOffsetsResponse();
        });
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(broker.Endpoint, new KafkaClientOptions { InFlightRequestsMax = 2 }, Token);

        Task[] requests = [.. Enumerable.Range(0, 3).Select(_ => connection.SendAsync(new ListOffsetsRequest(), cancellationToken: Token))];
        await arrived.WaitAsync(TestCli.Deadline, Token);
        await arrived.WaitAsync(TestCli.Deadline, Token);
        Volatile.Read(ref arrivedCount).ShouldBe(2);
        release.SetResult();
        await Task.WhenAll(requests);
        Volatile.Read(ref arrivedCount).ShouldBe(3);
    }

    [Fact]
    public async Task Cancelled_request_gives_up_its_answer_only()
    {
        var release = new TaskCompletionSource();
        var isAsked = new TaskCompletionSource();
        await using var broker = new ScriptedBroker(async request =>
        {
            if (request.Body is DescribeClusterRequest) return new DescribeClusterResponse { ClusterId = "c" };
            isAsked.TrySetResult();
            await release.Task.WaitAsync(TestCli.Deadline, Token);
            return new ListOffsetsResponse();
        });
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(broker.Endpoint, null, Token);
        using var giveUp = new CancellationTokenSource();

        Task<ListOffsetsResponse> request = connection.SendAsync(new ListOffsetsRequest(), cancellationToken: giveUp.Token);
        await isAsked.Task.WaitAsync(TestCli.Deadline, Token);
        await giveUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(request);
        release.SetResult();
        (await connection.SendAsync(new DescribeClusterRequest(), cancellationToken: Token)).ClusterId.ShouldBe("c");
    }

    [Fact]
    public async Task Api_that_the_broker_does_not_serve_is_named()
    {
        await using var broker = new ScriptedBroker(_ => Task.FromResult<IMessage?>(null));
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(broker.Endpoint, null, Token);

        KafkaException exception = await Should.ThrowAsync<KafkaException>(connection.SendAsync(new DeleteTopicsRequest(), cancellationToken: Token));
        exception.Error.ShouldBe(ErrorCode.UnsupportedVersion);
        exception.Message.ShouldContain("DeleteTopics");
    }

    [Fact]
    public async Task Body_of_bytes_is_sent_with_a_header_and_answered_without()
    {
        await using var broker = new ScriptedBroker(request => Task.FromResult<IMessage?>(new DescribeClusterResponse { ClusterId = "bytes" }));
        await using KafkaConnection connection = await KafkaConnection.ConnectAsync(broker.Endpoint, null, Token);
        var request = new DescribeClusterRequest();
        byte[] body = new byte[request.Measure(0)];
        var writer = new MessageWriter(body);
        request.Write(ref writer, 0);

        ReadOnlyMemory<byte> answer = await connection.SendBytesAsync(ApiKey.DescribeCluster, 0, body, Token);

        var response = new DescribeClusterResponse();
        var reader = new MessageReader(answer);
        response.Read(ref reader, 0);
        response.ClusterId.ShouldBe("bytes");
        reader.Remaining.ShouldBe(0);
    }

    [Fact]
    public async Task Peer_that_is_no_broker_is_told_from_a_broken_one()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = new BrokerEndpoint("127.0.0.1", ((System.Net.IPEndPoint)listener.LocalEndpoint).Port);
        Task<KafkaConnection> connecting = KafkaConnection.ConnectAsync(endpoint, null, Token);
        using System.Net.Sockets.Socket peer = await listener.AcceptSocketAsync(Token);
        await peer.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Token);

        KafkaException exception = await Should.ThrowAsync<KafkaException>(connecting);
        exception.Message.ShouldContain("announced a frame of 1213486160 bytes");
    }
}
