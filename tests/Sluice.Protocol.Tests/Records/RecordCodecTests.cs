using System.Buffers;
using System.IO.Compression;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class RecordCodecTests
{
    public static TheoryData<CompressionType> Codecs => [.. Enum.GetValues<CompressionType>()];

    public static TheoryData<CompressionType> RealCodecs => [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Content_of_any_size_comes_back(CompressionType type)
    {
        foreach (int lengthBytes in new[] { 0, 1, 37, 1_000, 32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 300_000, 3_000_000 })
        {
            byte[] text = Payloads.Text(lengthBytes);
            Payloads.ShouldComeBack(type, RecordCodec.DefaultLevel(type), text);
            byte[] noise = Payloads.Noise(lengthBytes);
            Payloads.ShouldComeBack(type, RecordCodec.DefaultLevel(type), noise);
        }
    }

    [Theory]
    [InlineData(CompressionType.Gzip, new[] { -1, 1, 6, 9 })]
    [InlineData(CompressionType.Lz4, new[] { 1, 2, 3, 8, 9, 10, 12, 13, 17 })]
    [InlineData(CompressionType.Zstd, new[] { -131072, -5, 0, 1, 3, 19, 22 })]
    public void Every_level_gives_content_back(CompressionType type, int[] levels)
    {
        byte[] text = Payloads.Text(80_000);
        foreach (int level in levels) Payloads.ShouldComeBack(type, level, text);
    }

    [Theory]
    [InlineData(CompressionType.Gzip, 0)]
    [InlineData(CompressionType.Gzip, 10)]
    [InlineData(CompressionType.Gzip, -2)]
    [InlineData(CompressionType.Lz4, 0)]
    [InlineData(CompressionType.Lz4, 18)]
    [InlineData(CompressionType.Zstd, 23)]
    [InlineData(CompressionType.Zstd, -131073)]
    [InlineData((CompressionType)5, 0)]
    public void Levels_and_codecs_that_do_not_exist_are_refused_to_the_caller(CompressionType type, int level) =>
        Should.Throw<ArgumentOutOfRangeException>(() => RecordCodec.Compress(type, level, [1], new ArrayBufferWriter<byte>()));

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Codecs_that_do_not_exist_are_an_error_of_the_batch(byte type)
    {
        RecordCodec.TryDecompress((CompressionType)type, [1], 100, new ArrayBufferWriter<byte>(), out DecompressError error).ShouldBeFalse();
        error.ShouldBe(DecompressError.UnknownCodec);
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Limit_is_exact(CompressionType type)
    {
        foreach (int lengthBytes in new[] { 1, 37, 4_096, 65_536, 100_000 })
        {
            byte[] payload = Payloads.Compress(type, Payloads.Text(lengthBytes));
            Payloads.Decompress(type, payload, lengthBytes).Length.ShouldBe(lengthBytes);
            Payloads.ErrorOf(type, payload, lengthBytes - 1).ShouldBe(DecompressError.OutputTooLarge);
            Payloads.ErrorOf(type, payload, 0).ShouldBe(DecompressError.OutputTooLarge);
        }
    }

    [Fact]
    public void Gzip_members_in_a_row_are_joined()
    {
        byte[] joined = [.. Gzip("one "u8), .. Gzip(""u8), .. Gzip("two"u8)];
        Payloads.Decompress(CompressionType.Gzip, joined, 100).ShouldBe("one two"u8.ToArray());
    }

    [Fact]
    public void Bytes_behind_the_last_gzip_member_are_ignored() =>
        Payloads.Decompress(CompressionType.Gzip, [.. Gzip("one"u8), 0, 0, 0], 100).ShouldBe("one"u8.ToArray());

    [Fact]
    public void Damaged_gzip_checksum_is_found()
    {
        byte[] member = Gzip("some content"u8);
        member[^5] ^= 1;
        Payloads.ErrorOf(CompressionType.Gzip, member).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Zstd_frames_in_a_row_are_joined_and_skippable_ones_are_skipped()
    {
        byte[] skippable = Convert.FromHexString("502A4D1803000000AABBCC");
        byte[] joined = [.. Payloads.Compress(CompressionType.Zstd, "one "u8), .. skippable, .. Payloads.Compress(CompressionType.Zstd, "two"u8)];
        Payloads.Decompress(CompressionType.Zstd, joined, 7).ShouldBe("one two"u8.ToArray());
        Payloads.ErrorOf(CompressionType.Zstd, joined, 6).ShouldBe(DecompressError.OutputTooLarge);
        Payloads.ErrorOf(CompressionType.Zstd, [.. joined, 1, 2, 3, 4, 5]).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Written_zstd_frames_carry_no_content_size()
    {
        byte[] frame = Payloads.Compress(CompressionType.Zstd, Payloads.Text(1_000));
        (frame[4] & 0b1110_0000).ShouldBe(0, "no content size, not a single segment");
    }

    [Fact]
    public void Zstd_windows_beyond_what_is_streamed_are_decoded_too()
    {
        // A frame that announces a 128 MiB window (exponent 17) and holds one stored block.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 17 << 3, 0x19, 0, 0, (byte)'a', (byte)'b', (byte)'c'];
        byte[] small = Payloads.Compress(CompressionType.Zstd, "first "u8);
        Payloads.Decompress(CompressionType.Zstd, frame, 3).ShouldBe("abc"u8.ToArray());
        Payloads.Decompress(CompressionType.Zstd, [.. small, .. frame], 9).ShouldBe("first abc"u8.ToArray());
        Payloads.ErrorOf(CompressionType.Zstd, frame, 2).ShouldBe(DecompressError.OutputTooLarge);
        Payloads.ErrorOf(CompressionType.Zstd, frame, 0).ShouldBe(DecompressError.OutputTooLarge);
        Payloads.ErrorOf(CompressionType.Zstd, frame.AsSpan(..^1)).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Snappy_written_by_kafka_is_a_header_and_blocks_of_32_KiB()
    {
        byte[] payload = Payloads.Compress(CompressionType.Snappy, Payloads.Text(70_000));
        Convert.ToHexString(payload.AsSpan(0, 16)).ShouldBe("82534E41505059000000000100000001");
        var blockContents = new List<int>();
        for (int position = 16; position < payload.Length;)
        {
            int blockBytes = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(position));
            blockContents.Add(Snappier.Snappy.GetUncompressedLength(payload.AsSpan(position + 4, blockBytes)));
            position += 4 + blockBytes;
        }

        blockContents.ShouldBe([32_768, 32_768, 4_464]);
    }

    [Fact]
    public void Snappy_is_read_bare_and_with_repeated_headers()
    {
        byte[] bare = Snappier.Snappy.CompressToArray("bare block"u8);
        Payloads.Decompress(CompressionType.Snappy, bare, 10).ShouldBe("bare block"u8.ToArray());
        byte[] joined = [.. Payloads.Compress(CompressionType.Snappy, "one "u8), .. Payloads.Compress(CompressionType.Snappy, "two"u8)];
        Payloads.Decompress(CompressionType.Snappy, joined, 7).ShouldBe("one two"u8.ToArray());
    }

    [Theory]
    [InlineData("82534E41505059000000000000000001")] // version 0
    [InlineData("82534E4150505900000000010000000100")] // a length of one byte
    [InlineData("82534E415050590000000001000000017FFFFFFF00")]
    [InlineData("82534E41505059000000000100000001FFFFFFFF00")]
    [InlineData("82534E4150505900000000010000000100000000")] // a block without bytes
    [InlineData("82534E415050590000000001000000010000000200FF")] // bytes behind empty content
    [InlineData("FFFFFFFF0F00")] // bare block that claims 4 GiB
    [InlineData("FFFFFFFF0700")] // bare block that claims 2 GiB
    [InlineData("FFFFFFFFFFFF")]
    [InlineData("")]
    public void Snappy_that_lies_is_corrupt(string hex) =>
        Payloads.ErrorOf(CompressionType.Snappy, Convert.FromHexString(hex), int.MaxValue).ShouldBe(DecompressError.Corrupt);

    [Theory]
    [MemberData(nameof(RealCodecs))]
    public void Content_is_the_same_from_many_threads_at_once(CompressionType type)
    {
        byte[] text = Payloads.Text(100_000);
        Parallel.For(0, 64, _ => Payloads.ShouldComeBack(type, RecordCodec.DefaultLevel(type), text));
    }

    [Theory]
    [InlineData(CompressionType.None, 0)]
    [InlineData(CompressionType.Gzip, 2_048)]
    [InlineData(CompressionType.Snappy, 4_096)]
    [InlineData(CompressionType.Lz4, 512)]
    [InlineData(CompressionType.Zstd, 0)]
    public void Steady_use_allocates_no_buffers(CompressionType type, int allowedBytesPerUse)
    {
        const int uses = 20;
        byte[] text = Payloads.Text(500_000);
        var compressed = new ArrayBufferWriter<byte>(1 << 20);
        var decompressed = new ArrayBufferWriter<byte>(1 << 20);
        long before = 0;
        for (int use = -3; use < uses; use++)
        {
            if (use == 0) before = GC.GetAllocatedBytesForCurrentThread();
            compressed.ResetWrittenCount();
            decompressed.ResetWrittenCount();
            RecordCodec.Compress(type, RecordCodec.DefaultLevel(type), text, compressed);
            RecordCodec.TryDecompress(type, compressed.WrittenSpan, text.Length, decompressed, out _);
        }

        long allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        decompressed.WrittenCount.ShouldBe(text.Length);

        // The slack is for what the runtime does on this thread once, whoever asks for it.
        allocatedBytes.ShouldBeLessThanOrEqualTo(((long)allowedBytesPerUse * uses) + 16_384);
    }

    private static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var destination = new MemoryStream();
        using (var gzip = new GZipStream(destination, CompressionLevel.Optimal)) gzip.Write(content);
        byte[] member = destination.ToArray();

        // The library writes nothing at all for no content.
        return member.Length > 0 ? member : Payloads.Compress(CompressionType.Gzip, content);
    }
}
