using System.Globalization;
using System.Text;
using Sluice.Client.Consuming;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Output;

/// <summary>Prints records as text; keys and values are written byte for byte.</summary>
internal sealed class TextRecordPrinter(StandardOutput output, RecordFormat format, string nullText) : IRecordPrinter
{
    private readonly byte[] _null = Encoding.UTF8.GetBytes(nullText);

    /// <inheritdoc/>
    public void Print(ConsumedRecord record)
    {
        foreach ((RecordField field, byte[] text) in format.Parts) Print(record, field, text);
    }

    private void Print(ConsumedRecord record, RecordField field, byte[] text)
    {
        switch (field)
        {
            case RecordField.Text: output.Write(text); break;
            case RecordField.Topic: output.Write(record.Topic); break;
            case RecordField.Partition: Print(record.Partition); break;
            case RecordField.Offset: Print(record.Offset); break;
            case RecordField.Timestamp: Print(record.TimestampMs); break;
            case RecordField.Time: output.Write(Amounts.Time(record.TimestampMs)); break;
            case RecordField.Headers: PrintHeaders(record.Headers); break;
            case RecordField.Key: Print(record.Key); break;
            default: Print(record.Value); break;
        }
    }

    private void Print(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out int lengthBytes, default, CultureInfo.InvariantCulture);
        output.Write(digits[..lengthBytes]);
    }

    private void Print(ReadOnlyMemory<byte>? bytes) => output.Write(bytes is { } present ? present.Span : _null);

    private void PrintHeaders(IReadOnlyList<RecordHeader> headers)
    {
        for (int index = 0; index < headers.Count; index++)
        {
            if (index > 0) output.Write(","u8);
            output.Write(headers[index].Key);
            output.Write("="u8);
            output.Write(headers[index].Value ?? _null);
        }
    }
}
