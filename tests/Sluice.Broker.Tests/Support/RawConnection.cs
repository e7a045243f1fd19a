using System.Buffers.Binary;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Support;

/// <summary>A connection on which a test says what goes over the wire, byte by byte.</summary>
internal sealed class RawConnection(FrameChannel channel) : IAsyncDisposable
{
    /// <summary>Header and body of a request, without the size in front.</summary>
    public static byte[] Frame(ApiKey api, short version, IMessage body, int correlationId = 1, string? clientId = "raw")
    {
        byte[] bytes = new byte[body.Measure(version)];
        MessageWriter writer = new(bytes);
        body.Write(ref writer, version);
        return Frame((short)api, version, MessageCatalog.Get(api).RequestHeaderVersion(version), bytes, correlationId, clientId);
    }

    /// <summary>Header of any key, version and header version, and a body.</summary>
    public static byte[] Frame(short api, short version, short headerVersion, ReadOnlySpan<byte> body, int correlationId = 1, string? clientId = "raw")
    {
        RequestHeader header = new() { RequestApiKey = api, RequestApiVersion = version, CorrelationId = correlationId, ClientId = clientId };
        int headerBytes = header.Measure(headerVersion);
        byte[] frame = new byte[headerBytes + body.Length];
        MessageWriter writer = new(frame);
        header.Write(ref writer, headerVersion);
        body.CopyTo(frame.AsSpan(headerBytes));
        return frame;
    }

    /// <summary>A frame with its size in front.</summary>
    public static byte[] WithSize(ReadOnlySpan<byte> frame)
    {
        byte[] bytes = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes.AsSpan(sizeof(int)));
        return bytes;
    }

    /// <summary>The four bytes that announce a frame.</summary>
    public static byte[] Size(int size)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        return bytes;
    }

    /// <summary>Reads the body of an answer.</summary>
    public static TResponse Read<TResponse>(byte[] answer, short version)
        where TResponse : class, IResponse, new()
    {
        MessageReader reader = new(answer);
        new ResponseHeader().Read(ref reader, MessageCatalog.Get(TResponse.ApiKey).ResponseHeaderVersion(version));
        TResponse response = new();
        response.Read(ref reader, version);
        reader.Remaining.ShouldBe(0);
        return response;
    }

    /// <summary>Sends bytes as they are. A broker that has closed the connection already is no failure here: the answer will tell.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await channel.SendAsync(bytes);
        }
        catch (KafkaException)
        {
            // Closed by the broker in the middle of it: receiving says so too.
        }
    }

    public Task SendFrameAsync(ReadOnlyMemory<byte> frame) => SendAsync(WithSize(frame.Span));

    /// <summary>Says that nothing more will be sent.</summary>
    public void CloseSending() => channel.CloseSending();

    /// <summary>The next answer, or null when the broker closed the connection, in whichever way.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using CancellationTokenSource deadline = new(TestBroker.Deadline);
        try
        {
            return await channel.ReceiveFrameAsync(deadline.Token);
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    public async Task<byte[]?> ExchangeAsync(ReadOnlyMemory<byte> frame)
    {
        await SendFrameAsync(frame);
        return await ReceiveAsync();
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<TResponse> ExchangeAsync<TResponse>(IRequest<TResponse> request, short version, int correlationId = 1)
        where TResponse : class, IResponse, new()
    {
        byte[] answer = (await ExchangeAsync(Frame(TResponse.ApiKey, version, request, correlationId))).ShouldNotBeNull();
        BinaryPrimitives.ReadInt32BigEndian(answer).ShouldBe(correlationId);
        return Read<TResponse>(answer, version);
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
