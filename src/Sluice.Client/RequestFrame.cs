using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Client;

/// <summary>Lays out requests as frames and finds the body in the frames that answer them.</summary>
internal static class RequestFrame
{
    private const int SizePrefixBytes = sizeof(int);

    /// <summary>Size, header and body of a request.</summary>
    internal static byte[] Write(ApiDescription api, short version, int correlationId, string clientId, IMessage body)
    {
        byte[] frame = WriteHeader(api, version, correlationId, clientId, body.Measure(version), out int bodyPosition);
        var writer = new MessageWriter(frame.AsSpan(bodyPosition));
        body.Write(ref writer, version);
        return frame;
    }

    /// <summary>Size, header and body of a request whose body is bytes already.</summary>
    internal static byte[] Write(ApiDescription api, short version, int correlationId, string clientId, ReadOnlySpan<byte> body)
    {
        byte[] frame = WriteHeader(api, version, correlationId, clientId, body.Length, out int bodyPosition);
        body.CopyTo(frame.AsSpan(bodyPosition));
        return frame;
    }

    /// <summary>Where the body starts behind the response header.</summary>
    /// <exception cref="WireFormatException">The frame is shorter than the header.</exception>
    internal static int ResponseBodyPosition(ReadOnlyMemory<byte> frame, ApiDescription api, short version)
    {
        var header = new ResponseHeader();
        var reader = new MessageReader(frame);
        header.Read(ref reader, api.ResponseHeaderVersion(version));
        return reader.Position;
    }

    private static byte[] WriteHeader(ApiDescription api, short version, int correlationId, string clientId, int bodyBytes, out int bodyPosition)
    {
        var header = new RequestHeader
        {
            RequestApiKey = (short)api.Key,
            RequestApiVersion = version,
            CorrelationId = correlationId,
            ClientId = clientId,
        };
        short headerVersion = api.RequestHeaderVersion(version);
        bodyPosition = SizePrefixBytes + header.Measure(headerVersion);
        byte[] frame = GC.AllocateUninitializedArray<byte>(checked(bodyPosition + bodyBytes));
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - SizePrefixBytes);
        var writer = new MessageWriter(frame.AsSpan(SizePrefixBytes));
        header.Write(ref writer, headerVersion);
        return frame;
    }
}
