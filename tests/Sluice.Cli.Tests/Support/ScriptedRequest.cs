using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Cli.Tests.Support;

/// <summary>A request as a <see cref="ScriptedBroker"/> got it.</summary>
internal sealed record ScriptedRequest(ApiDescription Api, short Version, int CorrelationId, IMessage Body)
{
    /// <summary>An answer that closes the connection instead.</summary>
    internal static readonly IMessage CloseConnection = new ApiVersionsResponse();

    internal static ScriptedRequest Read(byte[] frame)
    {
        ApiDescription api = MessageCatalog.Get((ApiKey)BinaryPrimitives.ReadInt16BigEndian(frame));
        short version = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2));
        var reader = new MessageReader(frame);
        var header = new RequestHeader();
        header.Read(ref reader, api.RequestHeaderVersion(version));
        IMessage body = api.NewRequest();
        body.Read(ref reader, version);
        return new ScriptedRequest(api, version, header.CorrelationId, body);
    }

    internal byte[] Write(IMessage response)
    {
        short headerVersion = Api.ResponseHeaderVersion(Version);
        var header = new ResponseHeader { CorrelationId = CorrelationId };
        byte[] answer = new byte[4 + header.Measure(headerVersion) + response.Measure(Version)];
        BinaryPrimitives.WriteInt32BigEndian(answer, answer.Length - 4);
        var writer = new MessageWriter(answer.AsSpan(4));
        header.Write(ref writer, headerVersion);
        response.Write(ref writer, Version);
        return answer;
    }
}
