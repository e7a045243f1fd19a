using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Writes each thing as a line of names and values.</summary>
/// <remarks>Bytes that are UTF-8 without control characters stand in quotes; others as hexadecimal digits behind 0x.</remarks>
internal sealed class TextDumpWriter(StandardOutput output) : DumpWriter
{
    private readonly StringBuilder _line = new();

    internal override void Begin(string type)
    {
        _line.Clear();
        if (type == LogDumping.RecordType) _line.Append("  ");
        else _line.Append(type);
    }

    internal override void Number(string name, long value) => Field(name).Append(CultureInfo.InvariantCulture, $"{value}");

    internal override void Text(string name, string value) => Field(name).Append(value);

    internal override void Flag(string name, bool value)
    {
        if (value) _line.Append("  ").Append(name);
    }

    internal override void Time(string name, long timestampMs) => Field(name).Append(timestampMs < 0 ? "none" : Amounts.Time(timestampMs));

    internal override void Bytes(string name, ReadOnlySpan<byte> bytes, bool isNull)
    {
        Field(name);
        Append(bytes, isNull);
    }

    internal override void BeginHeaders()
    {
    }

    internal override void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull)
    {
        Field("header");
        Append(name, isNull: false);
        _line.Append('=');
        Append(value, isNull);
    }

    internal override void EndHeaders()
    {
    }

    internal override void End() => output.WriteLine(_line.ToString());

    private StringBuilder Field(string name) => _line.Append("  ").Append(name).Append(' ');

    private void Append(ReadOnlySpan<byte> bytes, bool isNull)
    {
        if (isNull) _line.Append("null");
        else if (IsReadable(bytes)) _line.Append('"').Append(Encoding.UTF8.GetString(bytes)).Append('"');
        else _line.Append("0x").Append(Convert.ToHexStringLower(bytes));
    }

    private static readonly SearchValues<byte> Unreadable = SearchValues.Create([.. Enumerable.Range(0, 32).Select(static code => (byte)code), (byte)127]);

    private static bool IsReadable(ReadOnlySpan<byte> bytes) => !bytes.ContainsAny(Unreadable) && Utf8.IsValid(bytes);
}
