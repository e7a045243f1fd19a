using System.Text.Json;
using Sluice.Protocol.Generator.Model;
using Sluice.Protocol.Tests.Model;

namespace Sluice.Protocol.Tests.Golden;

/// <summary>Compares a message with Kafka's JSON for it, field by field.</summary>
internal sealed class JsonComparison(MessageModel message, short version)
{
    /// <returns>Path of the first difference; null = none.</returns>
    internal string? Difference(IMessage instance, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return OfStruct(message.Root, instance, document.RootElement, message.Name);
    }

    private string? OfStruct(StructModel model, object instance, JsonElement json, string path)
    {
        var unseen = json.EnumerateObject().Select(property => property.Name).ToHashSet();
        object defaults = Activator.CreateInstance(instance.GetType())!;
        foreach (FieldModel field in model.Fields)
        {
            string name = char.ToLowerInvariant(field.Name[0]) + field.Name[1..];
            object? value = MessageAccess.Get(instance, field);
            string? difference;
            if (unseen.Remove(name))
            {
                difference = field.Versions.Contains(version) ? OfValue(field, value, json.GetProperty(name), $"{path}.{name}") : $"{path}.{name} is in the JSON";
            }
            else if (field.Versions.Contains(version) && field.Tag is null)
            {
                difference = $"{path}.{name} is not in the JSON";
            }
            else
            {
                var single = new StructModel("", isShared: false, line: 0);
                single.Fields.Add(field);
                difference = MessageAccess.Difference(single, instance, defaults, path);
            }

            if (difference is not null) return difference;
        }

        return unseen.Count == 0 ? null : $"{path} knows no {unseen.First()}";
    }

    private string? OfValue(FieldModel field, object? value, JsonElement json, string path)
    {
        bool isNull = value is null or Protocol.Messages.Records { IsNull: true };
        if (isNull || json.ValueKind == JsonValueKind.Null) return isNull && json.ValueKind == JsonValueKind.Null ? null : $"{path}: {value ?? "null"} is not {json}";
        if (field.Type.IsStruct) return OfStruct(field.Type.Struct!, value!, json, path);
        if (!field.Type.IsArray) return IsSame(value!, json) ? null : $"{path}: {value} is not {json}";
        object[] elements = MessageAccess.Elements(value!).ToArray();
        if (elements.Length != json.GetArrayLength()) return $"{path} has {elements.Length} elements, not {json.GetArrayLength()}";
        for (int i = 0; i < elements.Length; i++)
        {
            string? difference = field.Type.Struct is { } model
                ? OfStruct(model, elements[i], json[i], $"{path}[{i}]")
                : IsSame(elements[i], json[i]) ? null : $"{path}[{i}]: {elements[i]} is not {json[i]}";
            if (difference is not null) return difference;
        }

        return null;
    }

    private static bool IsSame(object value, JsonElement json) => value switch
    {
        bool v => v == json.GetBoolean(),
        double v => v.Equals(json.GetDouble()),
        string v => v == json.GetString(),
        Uuid v => v == Uuid.Parse(json.GetString()!),
        ReadOnlyMemory<byte> v => v.Span.SequenceEqual(json.GetBytesFromBase64()),
        Protocol.Messages.Records v => v.Bytes.Span.SequenceEqual(json.GetBytesFromBase64()),
        ErrorCode v => (short)v == json.GetInt16(),
        _ => Convert.ToInt64(value, null) == json.GetInt64(),
    };
}
