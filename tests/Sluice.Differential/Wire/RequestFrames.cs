using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Wire;

/// <summary>Lays requests out as bytes, so that scenarios can also send what no client would.</summary>
internal static class RequestFrames
{
    public const string ClientId = "differential";

    private static readonly Dictionary<Type, ApiDescription> Apis =
        MessageCatalog.Apis.ToDictionary(static api => api.NewRequest().GetType());

    public static ApiDescription ApiOf(IMessage request) => Apis[request.GetType()];

    /// <summary>Header and body, without the size before them.</summary>
    public static byte[] Frame(ApiDescription api, short version, int correlationId, ReadOnlySpan<byte> body, string? clientId = ClientId) =>
        [.. Header((short)api.Key, version, correlationId, api.RequestHeaderVersion(version), clientId), .. body];

    public static byte[] Body(IMessage request, short version)
    {
        byte[] body = new byte[request.Measure(version)];
        MessageWriter writer = new(body);
        request.Write(ref writer, version);
        return body;
    }

    /// <summary>The id as it stands in a message.</summary>
    public static byte[] BytesOf(Uuid id)
    {
        byte[] bytes = new byte[Uuid.SizeBytes];
        MessageWriter writer = new(bytes);
        writer.WriteUuid(id);
        return bytes;
    }

    public static byte[] Header(short apiKey, short apiVersion, int correlationId, short headerVersion, string? clientId = ClientId)
    {
        RequestHeader header = new()
        {
            RequestApiKey = apiKey,
            RequestApiVersion = apiVersion,
            CorrelationId = correlationId,
            ClientId = clientId,
        };
        return Body(header, headerVersion);
    }
}
