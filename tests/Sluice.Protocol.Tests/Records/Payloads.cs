using System.Buffers;
using System.Text;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

/// <summary>Contents to compress, and one-line access to the codec.</summary>
internal static class Payloads
{
    /// <summary>Words in pseudo-random order: compresses to about a third.</summary>
    internal static byte[] Text(int lengthBytes)
    {
        string[] words = ["sluice ", "water ", "gate ", "stream ", "level ", "lock ", "canal ", "mill "];
        var random = new Random(lengthBytes);
        var text = new StringBuilder(lengthBytes + 8);
        while (text.Length < lengthBytes) text.Append(words[random.Next(words.Length)]).Append(random.Next(1000));
        return Encoding.ASCII.GetBytes(text.ToString(0, lengthBytes));
    }

    /// <summary>Bytes that do not compress.</summary>
    internal static byte[] Noise(int lengthBytes)
    {
        var noise = new byte[lengthBytes];
        new Random(lengthBytes).NextBytes(noise);
        return noise;
    }

    internal static void ShouldComeBack(CompressionType type, int level, ReadOnlySpan<byte> content)
    {
        byte[] back = Decompress(type, Compress(type, content, level), content.Length);
        content.SequenceEqual(back).ShouldBeTrue($"{type}, level {level}, {content.Length} bytes");
    }

    internal static byte[] Compress(CompressionType type, ReadOnlySpan<byte> content) => Compress(type, content, RecordCodec.DefaultLevel(type));

    internal static byte[] Compress(CompressionType type, ReadOnlySpan<byte> content, int level)
    {
        var output = new ArrayBufferWriter<byte>();
        RecordCodec.Compress(type, level, content, output);
        return output.WrittenSpan.ToArray();
    }

    internal static byte[] Decompress(CompressionType type, ReadOnlySpan<byte> payload, int maxBytes)
    {
        var output = new ArrayBufferWriter<byte>();
        RecordCodec.TryDecompress(type, payload, maxBytes, output, out DecompressError error);
        error.ShouldBe(DecompressError.None);
        return output.WrittenSpan.ToArray();
    }

    internal static DecompressError ErrorOf(CompressionType type, ReadOnlySpan<byte> payload, int maxBytes = 1 << 20)
    {
        var output = new ArrayBufferWriter<byte>();
        bool isDone = RecordCodec.TryDecompress(type, payload, maxBytes, output, out DecompressError error);
        isDone.ShouldBe(error == DecompressError.None);
        output.WrittenCount.ShouldBeLessThanOrEqualTo(maxBytes);
        return error;
    }
}
