using Google.Protobuf;

namespace Sluice.Broker.Tests.Telemetry;

/// <summary>Writes what a client pushes: OTLP's <c>MetricsData</c>.</summary>
internal static class OtlpPush
{
    public const int Delta = 1;
    public const int Cumulative = 2;

    /// <summary>One resource with its metrics.</summary>
    public static byte[] Of((string Key, string Value)[] resource, params byte[][] metrics) => Message(output =>
    {
        WriteMessage(output, 1, Message(resourceMetrics =>
        {
            WriteMessage(resourceMetrics, 1, Message(attributes => { foreach ((string key, string value) in resource) WriteMessage(attributes, 1, Attribute(key, value)); }));
            WriteMessage(resourceMetrics, 2, Message(scope => { foreach (byte[] metric in metrics) WriteMessage(scope, 2, metric); }));
        }));
    });

    public static byte[] Gauge(string name, double value, params (string Key, string Value)[] attributes) => Metric(name, 5, Message(gauge => WriteMessage(gauge, 1, Point(value, attributes))));

    public static byte[] Sum(string name, double value, int temporality, params (string Key, string Value)[] attributes) => Metric(name, 7, Message(sum =>
    {
        WriteMessage(sum, 1, Point(value, attributes));
        sum.WriteTag(2, WireFormat.WireType.Varint);
        sum.WriteEnum(temporality);
        sum.WriteTag(3, WireFormat.WireType.Varint);
        sum.WriteBool(true);
    }));

    public static byte[] Histogram(string name, ulong count, double total) => Metric(name, 9, Message(histogram =>
    {
        WriteMessage(histogram, 1, Message(point =>
        {
            point.WriteTag(4, WireFormat.WireType.Fixed64);
            point.WriteFixed64(count);
            point.WriteTag(5, WireFormat.WireType.Fixed64);
            point.WriteDouble(total);
        }));
        histogram.WriteTag(2, WireFormat.WireType.Varint);
        histogram.WriteEnum(Cumulative);
    }));

    private static byte[] Metric(string name, int field, byte[] data) => Message(metric =>
    {
        metric.WriteTag(1, WireFormat.WireType.LengthDelimited);
        metric.WriteString(name);
        WriteMessage(metric, field, data);
    });

    private static byte[] Point(double value, (string Key, string Value)[] attributes) => Message(point =>
    {
        point.WriteTag(4, WireFormat.WireType.Fixed64);
        point.WriteDouble(value);
        foreach ((string key, string text) in attributes) WriteMessage(point, 7, Attribute(key, text));
    });

    private static byte[] Attribute(string key, string value) => Message(attribute =>
    {
        attribute.WriteTag(1, WireFormat.WireType.LengthDelimited);
        attribute.WriteString(key);
        WriteMessage(attribute, 2, Message(any =>
        {
            any.WriteTag(1, WireFormat.WireType.LengthDelimited);
            any.WriteString(value);
        }));
    });

    private static void WriteMessage(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using CodedOutputStream output = new(stream, leaveOpen: true);
        write(output);
        output.Flush();
        return stream.ToArray();
    }
}
