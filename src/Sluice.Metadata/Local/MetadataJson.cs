using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Metadata.Local;

/// <summary>How headers, commits and changes are written as JSON: compact, names in camel case, nothing left out and nothing unknown let in.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    Converters = [typeof(UuidJsonConverter), typeof(SettingsJsonConverter)])]
[JsonSerializable(typeof(MetadataFileHeader))]
[JsonSerializable(typeof(MetadataCommit))]
[JsonSerializable(typeof(MetadataChange))]
internal sealed partial class MetadataJson : JsonSerializerContext
{
    /// <summary>Finds out why a frame cannot be understood, for the one case that a user can do something about: it is of a newer version.</summary>
    /// <param name="payload">The JSON of a frame whose checksum is right.</param>
    /// <returns>The name of the first change that this version does not know; null if there is none.</returns>
    internal static string? FindUnknownChange(ReadOnlySpan<byte> payload)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(payload.ToArray());
        }
        catch (JsonException)
        {
            // Not even JSON: the caller reports the error of its own attempt, which says where.
            return null;
        }
        using (document)
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            IEnumerable<JsonElement> changes =
                root.TryGetProperty("changes", out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [root];
            foreach (JsonElement change in changes)
            {
                if (change.ValueKind == JsonValueKind.Object && change.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String
                    && !IsKnownChange(type.GetString()!))
                {
                    return type.GetString();
                }
            }
            return null;
        }
    }

    private static bool IsKnownChange(string name) =>
        Default.MetadataChange.PolymorphismOptions!.DerivedTypes.Any(derived => derived.TypeDiscriminator is string known && known == name);
}
