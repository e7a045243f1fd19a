using System.Buffers;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class DecompressionBombTests
{
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void Content_far_beyond_the_limit_is_refused_without_being_made(CompressionType type)
    {
        byte[] bomb = Payloads.Compress(type, new byte[64 * MiB]);
        AllocatedBytes(type, bomb, maxBytes: MiB, DecompressError.OutputTooLarge).ShouldBeLessThan(4 * MiB);
    }

    // Each of these promises gigabytes and holds next to nothing.
    [Theory]
    [InlineData(CompressionType.Snappy, "8080808008" + "00", DecompressError.Corrupt)] // a block of 2 GiB
    [InlineData(CompressionType.Snappy, "82534E41505059000000000100000001" + "00000006" + "FFFFFFFF0700", DecompressError.Corrupt)]
    [InlineData(CompressionType.Lz4, "04224D186840" + "FFFFFFFFFFFFFF7F" + "5C", DecompressError.Corrupt)] // a content of 8 EiB
    [InlineData(CompressionType.Lz4, "04224D18607073" + "FFFF3F00" + "00", DecompressError.Corrupt)] // a block of almost 4 MiB
    [InlineData(CompressionType.Zstd, "28B52FFD" + "C088" + "FFFFFFFFFFFFFF7F" + "010000", DecompressError.Corrupt)] // window 128 MiB, content 8 EiB
    [InlineData(CompressionType.Zstd, "28B52FFD" + "E0" + "FFFFFF7F00000000" + "010000", DecompressError.Corrupt)] // one segment of 2 GiB
    [InlineData(CompressionType.Zstd, "28B52FFD" + "00F8" + "010000", DecompressError.Corrupt)] // a window of 2 TiB
    [InlineData(CompressionType.Zstd, "28B52FFD" + "0088" + "010000", DecompressError.None)] // a window of 128 MiB, and no content
    [InlineData(CompressionType.Zstd, "28B52FFD" + "0068" + "010000", DecompressError.None)] // a window of 8 MiB, and no content
    public void Promises_of_gigabytes_are_not_believed(CompressionType type, string hex, DecompressError expected) =>
        AllocatedBytes(type, Convert.FromHexString(hex), maxBytes: int.MaxValue, expected).ShouldBeLessThan(MiB);

    [Fact]
    public void Zstd_bomb_behind_a_large_window_is_refused_at_the_limit()
    {
        // 128 MiB window; 100 blocks that repeat one byte 128 KiB times.
        byte[] block = [0x02, 0, 0x10, (byte)'a'];
        byte[] bomb = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 17 << 3, .. Enumerable.Repeat(block, 100).SelectMany(bytes => bytes), 0x01, 0, 0];
        AllocatedBytes(CompressionType.Zstd, bomb, maxBytes: MiB, DecompressError.OutputTooLarge).ShouldBeLessThan(4 * MiB);
        Payloads.Decompress(CompressionType.Zstd, bomb, 100 * 131_072).Length.ShouldBe(100 * 131_072);
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void Memory_grows_with_the_content_and_not_with_the_limit(CompressionType type)
    {
        byte[] payload = Payloads.Compress(type, Payloads.Text(10_000));
        AllocatedBytes(type, payload, maxBytes: int.MaxValue, DecompressError.None).ShouldBeLessThan(MiB);
    }

    private static long AllocatedBytes(CompressionType type, byte[] payload, int maxBytes, DecompressError expected)
    {
        var output = new ArrayBufferWriter<byte>();
        long before = GC.GetAllocatedBytesForCurrentThread();
        RecordCodec.TryDecompress(type, payload, maxBytes, output, out DecompressError error);
        long allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        error.ShouldBe(expected);
        output.WrittenCount.ShouldBeLessThanOrEqualTo(maxBytes);
        return allocatedBytes;
    }
}
