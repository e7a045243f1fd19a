using System.Text.Json;

namespace Sluice.Lab.Processes;

/// <summary>How the lab's processes talk to each other: one JSON document per line.</summary>
internal static class ChildJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="JsonException">The line is no such document.</exception>
    internal static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, Options) ?? throw new JsonException("The line is empty.");
}
