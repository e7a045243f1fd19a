using System.Numerics;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

/// <summary>The record format once more, written for clarity alone: an oracle for <see cref="RecordReader"/>. Gives null for invalid records.</summary>
internal sealed class SlowRecordParser
{
    private readonly Queue<byte> _bytes;

    private SlowRecordParser(IEnumerable<byte> bytes) => _bytes = new Queue<byte>(bytes);

    internal static List<RecordValue>? Parse(byte[] payload, int recordsCount)
    {
        try
        {
            if (recordsCount < 0) return null;
            var parser = new SlowRecordParser(payload);
            var records = new List<RecordValue>();
            for (int index = 0; index < recordsCount; index++)
            {
                int lengthBytes = (int)parser.Integer(bits: 32);
                records.Add(new SlowRecordParser(parser.Take(lengthBytes)).Body());
            }

            return parser._bytes.Count == 0 ? records : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private RecordValue Body()
    {
        Take(1);
        long timestampDelta = Integer(bits: 64);
        int offsetDelta = (int)Integer(bits: 32);
        byte[]? key = NullableBytes();
        byte[]? value = NullableBytes();
        long headersCount = Integer(bits: 32);
        if (headersCount < 0 || headersCount > _bytes.Count) throw new FormatException();
        string headers = "";
        for (long index = 0; index < headersCount; index++)
        {
            byte[] headerKey = NullableBytes() ?? throw new FormatException();
            byte[]? headerValue = NullableBytes();
            headers += $"{Convert.ToHexString(headerKey)}={(headerValue is null ? "null" : Convert.ToHexString(headerValue))};";
        }

        if (_bytes.Count != 0) throw new FormatException();
        return new RecordValue(offsetDelta, timestampDelta, Hex(key), Hex(value), headers);
    }

    private byte[]? NullableBytes()
    {
        int lengthBytes = (int)Integer(bits: 32);
        return lengthBytes == -1 ? null : Take(lengthBytes);
    }

    private byte[] Take(int count)
    {
        if (count < 0 || count > _bytes.Count) throw new FormatException();
        return [.. Enumerable.Range(0, count).Select(_ => _bytes.Dequeue())];
    }

    private long Integer(int bits)
    {
        BigInteger raw = 0;
        int groupsMax = (bits + 6) / 7;
        for (int group = 0; group < groupsMax; group++)
        {
            byte value = Take(1)[0];
            raw += (BigInteger)(value & 0x7F) << (7 * group);
            if (value >= 0x80) continue;
            raw %= BigInteger.One << bits;
            return (long)(raw.IsEven ? raw / 2 : -(raw + 1) / 2);
        }

        throw new FormatException();
    }

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexString(bytes);
}
