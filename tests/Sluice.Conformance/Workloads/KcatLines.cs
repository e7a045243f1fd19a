using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Conformance.Workloads;

/// <summary>The records of <see cref="ExpectedRecord"/> as kcat takes them: a line each, key and value parted by a colon, in printable characters.</summary>
public static class KcatLines
{
    /// <summary>The header that every record is sent with, as kcat takes and prints it.</summary>
    public const string Header = "source=kcat";

    /// <summary>Has kcat print a record as <see cref="Write"/> hashes it.</summary>
    public const string Format = "%k:%s|%h\\n";

    private const int TextChars = 1 << 16;
    private static readonly byte[] Text = Printable();

    /// <summary>Writes the lines.</summary>
    /// <param name="path">Made anew.</param>
    /// <param name="recordsCount">How many.</param>
    /// <returns>SHA-256 of what a consumer prints who got all of them in order.</returns>
    public static byte[] Write(string path, int recordsCount)
    {
        using IncrementalHash expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream file = File.Create(path);
        byte[] ending = Encoding.ASCII.GetBytes($"|{Header}\n");
        for (int index = 0; index < recordsCount; index++)
        {
            byte[] key = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{index}:"));
            int valueBytes = ExpectedRecord.ValueSizeBytes(index);
            ReadOnlySpan<byte> value = Text.AsSpan((index * 31) % (TextChars - ExpectedRecord.ValueBytesMax), valueBytes);
            file.Write(key);
            file.Write(value);
            file.WriteByte((byte)'\n');
            expected.AppendData(key);
            expected.AppendData(value);
            expected.AppendData(ending);
        }
        return expected.GetHashAndReset();
    }

    private static byte[] Printable()
    {
        var random = new Random(1);
        byte[] text = new byte[TextChars];
        for (int i = 0; i < text.Length; i++) text[i] = (byte)(i % 2 == 0 ? random.Next('a', 'z' + 1) : "sluice "[i / 2 % 7]);
        return text;
    }
}
