using Google.Protobuf;

namespace Sluice.Broker.Telemetry;

/// <summary>Reads OTLP's <c>MetricsData</c>, as clients push it.</summary>
/// <remarks>
/// Gauges and sums, which is what Kafka's clients push; of histograms and summaries count and sum. Field numbers are those of
/// opentelemetry/proto/metrics/v1/metrics.proto. What is unknown is passed over, as protobuf wants it.
/// </remarks>
internal static class OtlpMetricsReader
{
    private const int AttributesMax = 32;
    private const int TextLengthMax = 256;
    private const int DeltaTemporality = 1;

    /// <summary>Reads everything.</summary>
    /// <param name="data">Not compressed.</param>
    /// <param name="countMax">Most values to return; the rest is left out.</param>
    /// <param name="resource">What the client says of itself; the last word counts.</param>
    /// <exception cref="InvalidProtocolBufferException">It is not a protobuf message.</exception>
    /// <exception cref="InvalidDataException">It is another message.</exception>
    public static List<PushedMetric> Read(ReadOnlyMemory<byte> data, int countMax, out Dictionary<string, string> resource)
    {
        List<PushedMetric> metrics = [];
        resource = new Dictionary<string, string>(StringComparer.Ordinal);
        CodedInputStream input = new(data.ToArray());
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1) ReadResourceMetrics(Message(input, tag), resource, metrics, countMax);
            else input.SkipLastField();
        }
        return metrics;
    }

    private static void ReadResourceMetrics(CodedInputStream input, Dictionary<string, string> resource, List<PushedMetric> metrics, int countMax)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: ReadResource(Message(input, tag), resource); break;
                case 2: ReadScopeMetrics(Message(input, tag), metrics, countMax); break;
                default: input.SkipLastField(); break;
            }
        }
    }

    private static void ReadResource(CodedInputStream input, Dictionary<string, string> resource)
    {
        List<KeyValuePair<string, string>> attributes = [];
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1) AddAttribute(Message(input, tag), attributes);
            else input.SkipLastField();
        }
        foreach ((string key, string value) in attributes)
        {
            if (resource.Count < AttributesMax || resource.ContainsKey(key)) resource[key] = value;
        }
    }

    private static void ReadScopeMetrics(CodedInputStream input, List<PushedMetric> metrics, int countMax)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 2) ReadMetric(Message(input, tag), metrics, countMax);
            else input.SkipLastField();
        }
    }

    private static void ReadMetric(CodedInputStream input, List<PushedMetric> metrics, int countMax)
    {
        string name = "", unit = "";
        List<(int Field, ByteString Data)> data = [];
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: name = Text(input, tag); break;
                case 3: unit = Text(input, tag); break;
                case 5 or 7 or 9 or 10 or 11: data.Add((WireFormat.GetTagFieldNumber(tag), Bytes(input, tag))); break;
                default: input.SkipLastField(); break;
            }
        }
        foreach ((int field, ByteString content) in data)
        {
            (List<ByteString> points, int temporality) = ReadData(content.CreateCodedInput());
            PushedMetricKind kind = field == 5 ? PushedMetricKind.Gauge : temporality == DeltaTemporality ? PushedMetricKind.DeltaSum : PushedMetricKind.Sum;
            foreach (ByteString point in points)
            {
                if (metrics.Count >= countMax) return;
                if (field is 5 or 7) AddNumber(point.CreateCodedInput(), name, unit, kind, metrics);
                else AddDistribution(point.CreateCodedInput(), field, name, unit, kind, metrics);
            }
        }
    }

    // Gauge, Sum, Histogram, ExponentialHistogram and Summary: 1 the points, 2 the temporality where there is one.
    private static (List<ByteString> Points, int Temporality) ReadData(CodedInputStream input)
    {
        List<ByteString> points = [];
        int temporality = 0;
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: points.Add(Bytes(input, tag)); break;
                case 2 when WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint: temporality = input.ReadEnum(); break;
                default: input.SkipLastField(); break;
            }
        }
        return (points, temporality);
    }

    private static void AddNumber(CodedInputStream input, string name, string unit, PushedMetricKind kind, List<PushedMetric> metrics)
    {
        List<KeyValuePair<string, string>> attributes = [];
        double value = 0;
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 4 when IsFixed64(tag): value = input.ReadDouble(); break;
                case 6 when IsFixed64(tag): value = input.ReadSFixed64(); break;
                case 7: AddAttribute(Message(input, tag), attributes); break;
                default: input.SkipLastField(); break;
            }
        }
        metrics.Add(new PushedMetric(name, unit, kind, value, Sort(attributes)));
    }

    private static void AddDistribution(CodedInputStream input, int field, string name, string unit, PushedMetricKind kind, List<PushedMetric> metrics)
    {
        // Where the three kinds of points keep what they have in common.
        (int attributesField, int countField, int sumField) = field switch { 9 => (9, 4, 5), 10 => (1, 4, 5), _ => (7, 4, 5) };
        List<KeyValuePair<string, string>> attributes = [];
        double count = 0, sum = 0;
        while (input.ReadTag() is var tag and not 0)
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            if (number == countField && IsFixed64(tag)) count = input.ReadFixed64();
            else if (number == sumField && IsFixed64(tag)) sum = input.ReadDouble();
            else if (number == attributesField) AddAttribute(Message(input, tag), attributes);
            else input.SkipLastField();
        }
        KeyValuePair<string, string>[] sorted = Sort(attributes);
        metrics.Add(new PushedMetric($"{name}.count", "", kind, count, sorted));
        metrics.Add(new PushedMetric($"{name}.sum", unit, kind, sum, sorted));
    }

    // KeyValue: 1 key, 2 AnyValue, of which texts, booleans and numbers are taken.
    private static void AddAttribute(CodedInputStream input, List<KeyValuePair<string, string>> attributes)
    {
        string key = "";
        string? value = null;
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: key = Text(input, tag); break;
                case 2: value = ReadValue(Message(input, tag)); break;
                default: input.SkipLastField(); break;
            }
        }
        if (key.Length > 0 && value is not null && attributes.Count < AttributesMax) attributes.Add(new(key, value));
    }

    private static string? ReadValue(CodedInputStream input)
    {
        string? value = null;
        while (input.ReadTag() is var tag and not 0)
        {
            WireFormat.WireType type = WireFormat.GetTagWireType(tag);
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: value = Text(input, tag); break;
                case 2 when type == WireFormat.WireType.Varint: value = input.ReadBool() ? "true" : "false"; break;
                case 3 when type == WireFormat.WireType.Varint: value = FormattableString.Invariant($"{input.ReadInt64()}"); break;
                case 4 when IsFixed64(tag): value = FormattableString.Invariant($"{input.ReadDouble()}"); break;
                default: input.SkipLastField(); break;
            }
        }
        return value;
    }

    private static KeyValuePair<string, string>[] Sort(List<KeyValuePair<string, string>> attributes) =>
        [.. attributes.OrderBy(static attribute => attribute.Key, StringComparer.Ordinal)];

    private static CodedInputStream Message(CodedInputStream input, uint tag) => Bytes(input, tag).CreateCodedInput();

    private static string Text(CodedInputStream input, uint tag)
    {
        string text = Bytes(input, tag).ToStringUtf8();
        return text.Length <= TextLengthMax ? text : text[..TextLengthMax];
    }

    private static ByteString Bytes(CodedInputStream input, uint tag) => WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
        ? input.ReadBytes()
        : throw new InvalidDataException($"Field {WireFormat.GetTagFieldNumber(tag)} is no message and no text.");

    private static bool IsFixed64(uint tag) => WireFormat.GetTagWireType(tag) == WireFormat.WireType.Fixed64;
}
