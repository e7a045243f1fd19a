using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Sluice.Differential.Peers;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Comparison;

/// <summary>Turns a message into named values in which two correct peers agree. One instance per scenario and peer.</summary>
/// <param name="peer">Whose messages they are.</param>
/// <param name="scenario">Whose topics are shown.</param>
/// <param name="port">Where the scenario connects to.</param>
/// <param name="nowMs">When it started, in Unix milliseconds.</param>
internal sealed class Flattener(Peer peer, string scenario, int port, long nowMs)
{
    // Scripts put their own timestamps clearly before their start, so that a moment that a broker chose can be told from them.
    private const long ClockToleranceMs = 5_000;
    private const long ScriptTimestampsMs = 30L * 24 * 60 * 60 * 1000;

    // Of a member id: a UUID. Where a broker assigns it is written as topic ids are, and is all of the id.
    private const int RandomPartLength = 36;

    // Made by Kafka on its own when a coordinator is first asked for.
    private static readonly HashSet<string> InternalTopics = ["__consumer_offsets", "__transaction_state", "__share_group_state"];

    // What tells whose an element is, best first.
    private static readonly string[] OwnerProperties = ["Name", "Topic", "GroupId", "TransactionalId"];

    private readonly List<long> _producerIds = [];
    private readonly List<string> _memberIds = [];
    private readonly List<string> _tokenIds = [];
    private List<KeyValuePair<string, string>> _fields = [];

    /// <summary>Every value of <paramref name="message"/>, topics of other scenarios left out.</summary>
    public List<KeyValuePair<string, string>> Flatten(IMessage message)
    {
        _fields = [];
        Walk(message, "", message.GetType().Name);
        return _fields;
    }

    /// <summary>A name for a producer id that two peers share: the n-th one that this scenario has seen.</summary>
    public string ProducerName(long producerId)
    {
        if (producerId < 0) return Text(producerId);
        if (!_producerIds.Contains(producerId)) _producerIds.Add(producerId);
        return $"producer {_producerIds.IndexOf(producerId) + 1}";
    }

    /// <summary>A name for a member id that two peers share: what stands in front of its random part, and which one it is.</summary>
    public string MemberName(string id)
    {
        int length = Uuid.TryParse(id, out _) ? id.Length : RandomPartLength;
        if (id.Length < length || (length == RandomPartLength && !Guid.TryParseExact(id[^length..], "D", out _))) return id;
        if (!_memberIds.Contains(id)) _memberIds.Add(id);
        return $"{id[..^length]}member {_memberIds.IndexOf(id) + 1}";
    }

    private string TokenName(string id)
    {
        if (!_tokenIds.Contains(id)) _tokenIds.Add(id);
        return $"token {_tokenIds.IndexOf(id) + 1}";
    }

    /// <summary>"now" for a moment since the scenario's start, the distance from that start for what its script chose.</summary>
    public string MomentName(long timestampMs)
    {
        long sinceStartMs = timestampMs - nowMs;
        if (Math.Abs(sinceStartMs) > ScriptTimestampsMs) return Text(timestampMs);
        bool isNow = sinceStartMs > -ClockToleranceMs && timestampMs < DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + ClockToleranceMs;
        return isNow ? "now" : $"start{sinceStartMs.ToString("+0;-0", CultureInfo.InvariantCulture)}";
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private void Walk(object message, string path, string schemaPath)
    {
        foreach (PropertyInfo property in MessageProperties.Of(message.GetType()))
        {
            string fieldPath = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            Add(property.GetValue(message), property.Name, fieldPath, $"{schemaPath}.{property.Name}");
        }
    }

    private void Add(object? value, string property, string path, string schemaPath)
    {
        switch (value)
        {
            case Records records:
                BatchFlattener.Add(records, path, this, _fields);
                break;
            case string or null or ReadOnlyMemory<byte>:
                _fields.Add(new(path, Show(value, property)));
                break;
            case IEnumerable list when IsListOfStructs(list):
                AddList(list, path, schemaPath);
                break;
            case IEnumerable list:
                IEnumerable<string> shown = list.Cast<object>().Select(item => Show(item, property));
                if (FieldRules.IsUnordered(schemaPath)) shown = shown.Order(StringComparer.Ordinal);
                _fields.Add(new(path, $"[{string.Join(", ", shown)}]"));
                break;
            case not null when IsStruct(value.GetType()):
                Walk(value, path, schemaPath);
                break;
            default:
                _fields.Add(new(path, Show(value, property)));
                break;
        }
    }

    private void AddList(IEnumerable list, string path, string schemaPath)
    {
        List<object> elements = [.. list.Cast<object>().Where(element => !IsForeign(element) && !IsOfThisMachine(element))];
        if (schemaPath != "ApiVersionsResponse.ApiKeys") _fields.Add(new($"{path}.Count", Text(elements.Count)));
        bool unordered = FieldRules.IsUnordered(schemaPath);
        for (int i = 0; i < elements.Count; i++)
        {
            string index = unordered ? KeyOf(elements[i]) : Text(i);
            if (elements[i] is ApiVersionsResponse.ApiVersion served)
            {
                _fields.Add(new($"{path}[{index}]", $"{served.MinVersion} to {served.MaxVersion}"));
                continue;
            }
            Walk(elements[i], $"{path}[{index}]", schemaPath);
        }
    }

    // A topic, group or transaction of another scenario: it is there by chance, so it is not compared.
    private bool IsForeign(object element)
    {
        string? name = OwnerProperties.Select(property => (string?)MessageProperties.Find(element.GetType(), property, typeof(string))?.GetValue(element)).FirstOrDefault(static found => found is not null);
        if (name is null) return false;
        return InternalTopics.Contains(name) || (peer.Owners.TryGetValue(name, out string? owner) && owner != scenario);
    }

    // A setting that says where the peer listens or keeps its files.
    private static bool IsOfThisMachine(object element) => element is DescribeConfigsResponse.DescribeConfigsResourceResult setting
        && EquivalentSettings.NotCompared.Contains(setting.Name);

    private string KeyOf(object element)
    {
        if (element is ApiVersionsResponse.ApiVersion version) return ((ApiKey)version.ApiKey).ToString();
        if (element is DescribeClientQuotasResponse.EntryData described) return Entity(described.Entity.Select(static part => (part.EntityType, part.EntityName)));
        if (element is AlterClientQuotasResponse.EntryData altered) return Entity(altered.Entity.Select(static part => (part.EntityType, part.EntityName)));
        List<string> parts = [];
        foreach (string key in FieldRules.Keys)
        {
            PropertyInfo? property = MessageProperties.Find(element.GetType(), key);
            object? value = property?.GetValue(element);
            if (value is null or "" || value is Uuid id && id == Uuid.Zero) continue;
            parts.Add(Show(value, key));
            if (value is not Uuid) break;
        }
        if (MessageProperties.Find(element.GetType(), "ResourceType") is { } type) parts.Add($"type {type.GetValue(element)}");
        return string.Join(' ', parts);
    }

    private static string Entity(IEnumerable<(string Type, string? Name)> parts) =>
        string.Join(' ', parts.Select(static part => $"{part.Type}={part.Name ?? "default"}").Order(StringComparer.Ordinal));

    private string Show(object? value, string property) => FieldRules.Of(property) switch
    {
        FieldRule.Omit => "(not compared)",
        FieldRule.Text => value is null ? "null" : (string)value == "" ? "empty" : "text",
        FieldRule.Moment when value is long moment => MomentName(moment),
        FieldRule.ProducerId when value is long id => ProducerName(id),
        FieldRule.MemberId when value is string id => $"\"{MemberName(id)}\"",
        FieldRule.TokenId when value is string { Length: > 0 } id => TokenName(id),
        FieldRule.Secret when value is ReadOnlyMemory<byte> secret => $"{Text(secret.Length)} bytes",
        FieldRule.Deadline when value is > 0L and long deadline => $"start+{Text((deadline - nowMs) / 60_000)} min",
        FieldRule.Session when value is int id => id == 0 ? "0" : "session",
        FieldRule.Host when value is "127.0.0.1" or "localhost" => "advertised",
        FieldRule.Port when value is int advertised && advertised == port => "advertised",
        FieldRule.Given => value is null or "" or -1L ? "none" : "given",
        _ => Show(value),
    };

    private string Show(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        ErrorCode code => ErrorCodes.Name(code),
        Uuid id => id == Uuid.Zero ? "zero" : peer.TopicOf(id) is { } topic ? $"id of {topic}" : id.ToString(),
        ReadOnlyMemory<byte> bytes => bytes.Length <= 32 ? Convert.ToHexString(bytes.Span) : $"{bytes.Length} bytes {Hash(bytes.Span)}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes))[..12];

    private static bool IsStruct(Type type) => type.IsClass && type != typeof(string) && type.Namespace == typeof(ProduceRequest).Namespace;

    private static bool IsListOfStructs(IEnumerable list) =>
        list.GetType() is { IsGenericType: true } type && IsStruct(type.GetGenericArguments()[0]);
}
