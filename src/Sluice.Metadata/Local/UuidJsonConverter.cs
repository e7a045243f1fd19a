using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Protocol;

namespace Sluice.Metadata.Local;

/// <summary>Ids in the 22 characters that Kafka's tools show.</summary>
internal sealed class UuidJsonConverter : JsonConverter<Uuid>
{
    public override Uuid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Uuid.TryParse(reader.GetString(), out Uuid id) ? id : throw new JsonException("This is no id.");

    public override void Write(Utf8JsonWriter writer, Uuid value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
