using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Writes each thing as one JSON object on a line of its own.</summary>
/// <remarks>Bytes that are UTF-8 become text under their name; others become base64 under the name with "Base64" behind it.</remarks>
internal sealed class JsonDumpWriter : DumpWriter, IDisposable
{
    private readonly StandardOutput _output;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;

    internal JsonDumpWriter(StandardOutput output)
    {
        _output = output;

        // Relaxed: the output goes to terminals and programs, not into HTML.
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    internal override void Begin(string type)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
    }

    internal override void Number(string name, long value) => _json.WriteNumber(name, value);

    internal override void Text(string name, string value) => _json.WriteString(name, value);

    internal override void Flag(string name, bool value) => _json.WriteBoolean(name, value);

    internal override void Time(string name, long timestampMs) => _json.WriteNumber(name, timestampMs);

    internal override void Bytes(string name, ReadOnlySpan<byte> bytes, bool isNull)
    {
        if (isNull) _json.WriteNull(name);
        else if (Utf8.IsValid(bytes)) _json.WriteString(name, bytes);
        else _json.WriteBase64String(name + "Base64", bytes);
    }

    internal override void BeginHeaders() => _json.WriteStartArray("headers"u8);

    internal override void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull)
    {
        _json.WriteStartObject();
        Bytes("name", name, isNull: false);
        Bytes("value", value, isNull);
        _json.WriteEndObject();
    }

    internal override void EndHeaders() => _json.WriteEndArray();

    internal override void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _output.Write(_buffer.WrittenSpan);
        _output.Write("\n"u8);
    }

    public void Dispose() => _json.Dispose();
}
