using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Bench.Load.Wire;

/// <summary>Encodes whole requests before a run, so that nothing is encoded during one.</summary>
internal static class RequestFrames
{
    public const int SizePrefixBytes = sizeof(int);

    private const string ClientId = "sluice-load";

    /// <summary>Size, header and body of a request; its correlation id is 0, which serves a client that takes answers in order.</summary>
    public static byte[] Encode(ApiKey key, short version, IMessage body)
    {
        ApiDescription api = MessageCatalog.Get(key);
        var header = new RequestHeader { RequestApiKey = (short)key, RequestApiVersion = version, ClientId = ClientId };
        short headerVersion = api.RequestHeaderVersion(version);
        byte[] frame = new byte[SizePrefixBytes + header.Measure(headerVersion) + body.Measure(version)];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - SizePrefixBytes);
        var writer = new MessageWriter(frame.AsSpan(SizePrefixBytes));
        header.Write(ref writer, headerVersion);
        body.Write(ref writer, version);
        return frame;
    }

    /// <summary>Header and body of a response, as it follows the size.</summary>
    public static byte[] EncodeResponse(ApiKey key, short version, IMessage body)
    {
        var header = new ResponseHeader();
        short headerVersion = MessageCatalog.Get(key).ResponseHeaderVersion(version);
        byte[] content = new byte[header.Measure(headerVersion) + body.Measure(version)];
        var writer = new MessageWriter(content);
        header.Write(ref writer, headerVersion);
        body.Write(ref writer, version);
        return content;
    }

    /// <summary>Where two encodings that differ in one field begin to differ: the field's index in them.</summary>
    public static int FieldIndex(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => one.CommonPrefixLength(other);
}
