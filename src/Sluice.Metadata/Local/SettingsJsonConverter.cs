using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Metadata.Local;

/// <summary>Settings as an object whose names are in ordinal order, so that equal changes are equal bytes.</summary>
internal sealed class SettingsJsonConverter : JsonConverter<ImmutableDictionary<string, string>>
{
    public override ImmutableDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("Settings are an object.");
        ImmutableDictionary<string, string>.Builder settings = ImmutableDictionary.CreateBuilder<string, string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            if (!reader.Read() || reader.TokenType != JsonTokenType.String) throw new JsonException($"The setting {key} is not a text.");
            if (!settings.TryAdd(key, reader.GetString()!)) throw new JsonException($"The setting {key} is there twice.");
        }
        return settings.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach ((string key, string text) in value.OrderBy(pair => pair.Key, StringComparer.Ordinal)) writer.WriteString(key, text);
        writer.WriteEndObject();
    }
}
