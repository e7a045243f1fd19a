using System.Buffers.Binary;
using System.Text;
using K4os.Compression.LZ4;
using Sluice.Protocol.Records;
using Sluice.Protocol.Records.Compression;

namespace Sluice.Protocol.Tests.Records;

public sealed class Lz4FrameTests
{
    private const byte Plain = 0x60;
    private const byte BlockChecksum = 0x10;
    private const byte ContentSize = 0x08;
    private const byte ContentChecksum = 0x04;

    [Theory]
    [InlineData("", 0x02CC5D05u)]
    [InlineData("a", 0x550D7456u)]
    [InlineData("abc", 0x32D153FFu)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2Fu)]
    public void Hash_has_known_answers(string text, uint expected) => XxHash32.Compute(Encoding.ASCII.GetBytes(text)).ShouldBe(expected);

    [Theory]
    [InlineData(Plain)]
    [InlineData(Plain | BlockChecksum)]
    [InlineData(Plain | ContentSize)]
    [InlineData(Plain | ContentChecksum)]
    [InlineData(Plain | BlockChecksum | ContentSize | ContentChecksum)]
    public void Frames_with_any_allowed_option_are_read(byte flags)
    {
        foreach (byte blockDescriptor in new byte[] { 0x40, 0x50, 0x60, 0x70 })
        {
            byte[] content = Payloads.Text(5 * BlockBytesMax(blockDescriptor) / 4);
            byte[] back = Payloads.Decompress(CompressionType.Lz4, Frame(flags, blockDescriptor, content), content.Length);
            back.AsSpan().SequenceEqual(content).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(0x20, 0x40)] // version 00
    [InlineData(0xA0, 0x40)] // version 10
    [InlineData(0x40, 0x40)] // blocks depend on each other
    [InlineData(0x61, 0x40)] // dictionary
    [InlineData(0x62, 0x40)] // reserved flag
    [InlineData(0x60, 0x30)] // block size below 64 KiB
    [InlineData(0x60, 0x00)]
    [InlineData(0x60, 0xC0)] // reserved bits of the block descriptor
    [InlineData(0x60, 0x41)]
    [InlineData(0x60, 0x48)]
    public void Frames_with_other_options_are_refused(byte flags, byte blockDescriptor) =>
        Payloads.ErrorOf(CompressionType.Lz4, Frame(flags, blockDescriptor, Payloads.Text(100))).ShouldBe(DecompressError.Corrupt);

    [Fact]
    public void Header_checksum_is_verified()
    {
        byte[] frame = Frame(Plain, 0x40, Payloads.Text(100));
        frame[6].ShouldBe((byte)0x82);
        frame[6] ^= 1;
        Payloads.ErrorOf(CompressionType.Lz4, frame).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Header_checksum_covers_the_content_size()
    {
        byte[] frame = Frame(Plain | ContentSize, 0x40, Payloads.Text(100));
        frame[9] ^= 1;
        Payloads.ErrorOf(CompressionType.Lz4, frame).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Block_checksum_is_verified()
    {
        byte[] frame = Frame(Plain | BlockChecksum, 0x40, Payloads.Noise(100));
        frame[7 + 4 + 100] ^= 1;
        Payloads.ErrorOf(CompressionType.Lz4, frame).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Content_checksum_must_be_there_and_is_not_verified()
    {
        byte[] frame = Frame(Plain | ContentChecksum, 0x40, Payloads.Text(100));
        frame[^1] ^= 1;
        Payloads.Decompress(CompressionType.Lz4, frame, 100).Length.ShouldBe(100);
        Payloads.ErrorOf(CompressionType.Lz4, frame.AsSpan(..^1)).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Bytes_behind_the_end_mark_are_ignored() =>
        Payloads.Decompress(CompressionType.Lz4, [.. Frame(Plain, 0x40, Payloads.Text(100)), 1, 2, 3, 4, 5], 100).Length.ShouldBe(100);

    [Fact]
    public void Blocks_longer_than_the_frame_allows_are_refused()
    {
        // A stored block of 65,537 bytes where 65,536 are allowed.
        byte[] frame = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 0x01, 0x00, 0x01, 0x80, .. new byte[65_537], 0, 0, 0, 0];
        Payloads.ErrorOf(CompressionType.Lz4, frame).ShouldBe(DecompressError.Corrupt);

        // A compressed one that turns into 100,000 bytes.
        byte[] block = new byte[LZ4Codec.MaximumOutputSize(100_000)];
        int blockBytes = LZ4Codec.Encode(new byte[100_000], block);
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, blockBytes);
        byte[] expanding = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, .. size, .. block[..blockBytes], 0, 0, 0, 0];
        Payloads.ErrorOf(CompressionType.Lz4, expanding).ShouldBe(DecompressError.Corrupt);
    }

    [Fact]
    public void Written_frames_have_kafkas_header_blocks_of_64_KiB_and_store_what_does_not_shrink()
    {
        byte[] frame = Payloads.Compress(CompressionType.Lz4, [.. Payloads.Noise(65_536), .. new byte[70_000]]);
        Convert.ToHexString(frame.AsSpan(0, 7)).ShouldBe("04224D18604082");
        BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(7)).ShouldBe(0x8001_0000u);
        int secondPosition = 7 + 4 + 65_536;
        int secondBytes = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(secondPosition));
        LZ4Codec.Decode(frame.AsSpan(secondPosition + 4, secondBytes), new byte[100_000]).ShouldBe(65_536);
        frame[^4..].ShouldBe(new byte[4]);
    }

    // A frame writer of its own, with the options that Kafka's writer never uses.
    private static byte[] Frame(byte flags, byte blockDescriptor, byte[] content)
    {
        using var frame = new MemoryStream();
        WriteUInt32(frame, 0x184D2204);
        frame.WriteByte(flags);
        frame.WriteByte(blockDescriptor);
        if ((flags & ContentSize) != 0)
        {
            WriteUInt32(frame, (uint)content.Length);
            WriteUInt32(frame, 0);
        }

        frame.WriteByte((byte)(XxHash32.Compute(frame.ToArray().AsSpan(4)) >> 8));
        foreach (byte[] piece in content.Chunk(BlockBytesMax(blockDescriptor)))
        {
            var encoded = new byte[LZ4Codec.MaximumOutputSize(piece.Length)];
            int encodedBytes = LZ4Codec.Encode(piece, encoded);
            byte[] block = encodedBytes < piece.Length ? encoded[..encodedBytes] : piece;
            WriteUInt32(frame, encodedBytes < piece.Length ? (uint)block.Length : 0x8000_0000 | (uint)block.Length);
            frame.Write(block);
            if ((flags & BlockChecksum) != 0) WriteUInt32(frame, XxHash32.Compute(block));
        }

        WriteUInt32(frame, 0);
        if ((flags & ContentChecksum) != 0) WriteUInt32(frame, XxHash32.Compute(content));
        return frame.ToArray();
    }

    private static int BlockBytesMax(byte blockDescriptor) => 1 << (8 + (2 * ((blockDescriptor >> 4) & 7)));

    private static void WriteUInt32(MemoryStream frame, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        frame.Write(bytes);
    }
}
