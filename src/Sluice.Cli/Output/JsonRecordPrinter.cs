using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Sluice.Client.Consuming;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Output;

/// <summary>Prints each record as one JSON object on a line of its own.</summary>
/// <remarks>Bytes that are UTF-8 become "key" and "value"; others become "keyBase64" and "valueBase64". Null stays null.</remarks>
internal sealed class JsonRecordPrinter(StandardOutput output) : IRecordPrinter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    // Relaxed: the output goes to terminals and programs, not into HTML.
    private readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public void Print(ConsumedRecord record)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, _options))
        {
            json.WriteStartObject();
            json.WriteString("topic"u8, record.Topic);
            json.WriteNumber("partition"u8, record.Partition);
            json.WriteNumber("offset"u8, record.Offset);
            json.WriteNumber("timestamp"u8, record.TimestampMs);
            Write(json, "key", record.Key);
            Write(json, "value", record.Value);
            json.WriteStartArray("headers"u8);
            foreach (RecordHeader header in record.Headers)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, header.Key);
                Write(json, "value", header.Value is null ? default(ReadOnlyMemory<byte>?) : header.Value.AsMemory());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write(_buffer.WrittenSpan);
        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, string name, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } present) json.WriteNull(name);
        else if (Utf8.IsValid(present.Span)) json.WriteString(name, present.Span);
        else json.WriteBase64String(name + "Base64", present.Span);
    }
}
