using System.IO.Compression;
using System.Text.Json;
using Sluice.Protocol.Generator.Model;
using Sluice.Protocol.Tests.Model;

namespace Sluice.Protocol.Tests.Generation;

/// <summary>Compares every schema with the definition that ships inside Kafka's own jars.</summary>
public sealed class KafkaSchemaTests
{
    /// <summary>Names a folder with libs/kafka-clients-*.jar and its neighbours.</summary>
    private const string FolderVariable = "SLUICE_KAFKA_FOLDER";

    // Not a message that is sent: the key of control records, which the record batch code reads by itself.
    private static readonly string[] WithoutSchema = ["ControlRecordTypeSchema"];

    [Fact]
    public void Every_schema_says_what_kafka_says()
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, $"{FolderVariable} names no Kafka installation.");
        string libs = Path.Combine(folder!, "libs");
        string[] jars =
        [
            Directory.GetFiles(libs, "kafka-clients-*.jar").ShouldHaveSingleItem(),
            .. Directory.GetFiles(libs, "kafka-group-coordinator-?.*.jar"),
            .. Directory.GetFiles(libs, "kafka-share-coordinator-?.*.jar"),
            .. Directory.GetFiles(libs, "kafka-transaction-coordinator-?.*.jar"),
        ];

        var seen = new HashSet<string>();
        foreach (string jar in jars)
        {
            foreach (JsonElement definition in Definitions(jar))
            {
                string name = definition.GetProperty("name").GetString()!;
                if (definition.GetProperty("validVersions").GetString() == "none" || WithoutSchema.Contains(name)) continue;
                MessageModel schema = Schemas.Find(name).ShouldNotBeNull($"{name} has no schema");
                seen.Add(name);
                Describe(schema).ShouldBe(DescribeKafka(definition), name);
            }
        }

        Schemas.All.Where(s => s.Kind is MessageKind.Request or MessageKind.Response or MessageKind.Header && !seen.Contains(s.Name)).ShouldBeEmpty();
    }

    private static List<JsonElement> Definitions(string jar)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var definitions = new List<JsonElement>();
        using ZipArchive zip = ZipFile.OpenRead(jar);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (!entry.FullName.StartsWith("common/message/", StringComparison.Ordinal) || !entry.Name.EndsWith(".json", StringComparison.Ordinal)) continue;
            using Stream stream = entry.Open();
            using JsonDocument document = JsonDocument.Parse(stream, options);
            definitions.Add(document.RootElement.Clone());
        }

        return definitions;
    }

    // Both sides are brought to the same lines of text, so that a difference is shown as a diff.

    private static List<string> Describe(MessageModel schema)
    {
        string listeners = string.Join(",", schema.Listeners);
        string kind = schema.Kind switch
        {
            MessageKind.CoordinatorKey => "coordinator-key",
            MessageKind.CoordinatorValue => "coordinator-value",
            _ => schema.Kind.ToString().ToLowerInvariant(),
        };
        var lines = new List<string>
        {
            $"{kind} {schema.Name} {schema.Key} versions {schema.Versions} flexible {schema.Flexible} listeners {listeners} {(schema.IsUnstable ? "unstable" : "")}",
        };
        Describe(lines, schema.Root, "", schema.Versions);
        foreach (StructModel shared in schema.Structs.Where(s => s.IsShared)) Describe(lines, shared, shared.Name, schema.Versions);
        return lines;
    }

    private static void Describe(List<string> lines, StructModel model, string path, VersionRange valid)
    {
        foreach (FieldModel field in model.Fields)
        {
            string name = $"{path}/{field.Name}";
            lines.Add(Line(
                name,
                field.Type.Text.Replace("error", "int16", StringComparison.Ordinal),
                field.Versions.Intersect(valid),
                field.Nullable.Intersect(field.Versions).Intersect(valid),
                field.Tag,
                field.Default ?? "",
                field.IsIgnorable,
                field.IsMapKey,
                field.Entity ?? "",
                field.IsNeverFlexible));
            if (field.Type.Struct is { IsShared: false } inline) Describe(lines, inline, name, valid);
        }
    }

    private static List<string> DescribeKafka(JsonElement definition)
    {
        VersionRange valid = Range(definition, "validVersions");
        string listeners = definition.TryGetProperty("listeners", out JsonElement list) ? string.Join(",", list.EnumerateArray().Select(l => l.GetString())) : "";
        string key = definition.TryGetProperty("apiKey", out JsonElement number) ? number.GetInt32().ToString(null, null) : "";
        var lines = new List<string>
        {
            $"{Text(definition, "type")} {Text(definition, "name")} {key} versions {valid} flexible {Range(definition, "flexibleVersions")} listeners {listeners} {(Flag(definition, "latestVersionUnstable") ? "unstable" : "")}",
        };
        DescribeKafka(lines, definition.GetProperty("fields"), "", valid);
        if (definition.TryGetProperty("commonStructs", out JsonElement shared))
        {
            foreach (JsonElement s in shared.EnumerateArray()) DescribeKafka(lines, s.GetProperty("fields"), Text(s, "name"), valid);
        }

        return lines;
    }

    private static void DescribeKafka(List<string> lines, JsonElement fields, string path, VersionRange valid)
    {
        foreach (JsonElement field in fields.EnumerateArray())
        {
            VersionRange versions = Range(field, field.TryGetProperty("versions", out _) ? "versions" : "taggedVersions").Intersect(valid);

            // A field of versions that Kafka itself has removed.
            if (versions.IsEmpty) continue;
            string name = Text(field, "name");
            string fieldPath = $"{path}/{char.ToUpperInvariant(name[0])}{name[1..]}";
            lines.Add(Line(
                fieldPath,
                Text(field, "type"),
                versions,
                Range(field, "nullableVersions").Intersect(versions),
                field.TryGetProperty("tag", out JsonElement tag) ? tag.GetInt32() : null,
                Text(field, "default"),
                Flag(field, "ignorable"),
                Flag(field, "mapKey"),
                Text(field, "entityType"),
                Text(field, "flexibleVersions") == "none"));
            if (field.TryGetProperty("fields", out JsonElement inner)) DescribeKafka(lines, inner, fieldPath, valid);
        }
    }

    private static string Line(
        string path, string type, VersionRange versions, VersionRange nullable, int? tag, string defaultValue, bool isIgnorable, bool isMapKey, string entity, bool isNeverFlexible)
    {
        // The type's own default may be spelled out or not.
        if (defaultValue is "0" or "false") defaultValue = "";
        return $"{path} {type} {versions} nullable {nullable} tag {tag} = {defaultValue} {(isIgnorable ? "ignorable " : "")}{(isMapKey ? "mapKey " : "")}{entity} {(isNeverFlexible ? "flexible none" : "")}";
    }

    private static string Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out JsonElement value) ? "" : value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.ToString(),
        };

    private static bool Flag(JsonElement element, string name) => Text(element, name) == "true";

    private static VersionRange Range(JsonElement element, string name) =>
        VersionRange.TryParse(Text(element, name), out VersionRange range) ? range : VersionRange.None;
}
