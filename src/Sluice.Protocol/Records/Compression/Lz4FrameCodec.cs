using System.Buffers;
using System.Buffers.Binary;
using K4os.Compression.LZ4;

namespace Sluice.Protocol.Records.Compression;

/// <summary>lz4 inside batches: one LZ4 frame of independent blocks.</summary>
/// <remarks>
/// Frame: magic (04 22 4D 18), FLG, BD, an 8-byte content size if flagged, HC; blocks, each behind a little-endian size whose top bit
/// says "stored", and before an xxHash if flagged; a size of 0; an xxHash of the content if flagged, which nobody verifies because
/// the CRC of the batch covers it. HC is the second byte of the xxHash of everything from FLG up to it.
/// </remarks>
internal static class Lz4FrameCodec
{
    private const uint Magic = 0x184D2204;
    private const int FlagsPosition = 4;
    private const int BlockDescriptorPosition = 5;
    private const int ShortestHeaderBytes = 7;
    private const int ContentSizeBytes = 8;
    private const int ChecksumBytes = 4;
    private const int SizeFieldBytes = 4;

    private const byte FixedFlagsMask = 0b1110_0011;
    private const byte FixedFlags = 0b0110_0000; // Version 01, independent blocks, no dictionary.
    private const byte BlockChecksumFlag = 0b0001_0000;
    private const byte ContentSizeFlag = 0b0000_1000;
    private const byte ContentChecksumFlag = 0b0000_0100;

    private const byte BlockDescriptorReservedMask = 0b1000_1111;
    private const int BlockSizeCodeMin = 4;
    private const byte WrittenBlockDescriptor = BlockSizeCodeMin << 4;
    private const int WrittenBlockBytes = 64 * 1024;
    private const uint StoredBit = 0x8000_0000;

    // A sequence's lengths grow by at most 255 for each byte spent, so no block becomes longer than this many times itself.
    private const int ExpansionMax = 255;

    internal static DecompressError Decompress(ReadOnlySpan<byte> payload, ref LimitedOutput output)
    {
        if (!TryReadHeader(payload, out byte flags, out int blockBytesMax, out int headerBytes)) return DecompressError.Corrupt;
        payload = payload[headerBytes..];
        while (payload.Length >= SizeFieldBytes)
        {
            uint sizeField = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            payload = payload[SizeFieldBytes..];
            uint blockBytes = sizeField & ~StoredBit;
            if (blockBytes == 0)
                return (flags & ContentChecksumFlag) == 0 || payload.Length >= ChecksumBytes ? DecompressError.None : DecompressError.Corrupt;

            int checksumBytes = (flags & BlockChecksumFlag) != 0 ? ChecksumBytes : 0;
            if (blockBytes > (uint)blockBytesMax || blockBytes > payload.Length - checksumBytes) return DecompressError.Corrupt;
            ReadOnlySpan<byte> block = payload[..(int)blockBytes];
            payload = payload[block.Length..];
            if (checksumBytes != 0 && XxHash32.Compute(block) != BinaryPrimitives.ReadUInt32LittleEndian(payload)) return DecompressError.Corrupt;
            payload = payload[checksumBytes..];

            bool isStored = (sizeField & StoredBit) != 0;
            DecompressError error = isStored ? Store(block, ref output) : DecompressBlock(block, blockBytesMax, ref output);
            if (error != DecompressError.None) return error;
        }

        return DecompressError.Corrupt;
    }

    internal static void Compress(int level, ReadOnlySpan<byte> records, IBufferWriter<byte> output)
    {
        Span<byte> header = output.GetSpan(ShortestHeaderBytes)[..ShortestHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        header[FlagsPosition] = FixedFlags;
        header[BlockDescriptorPosition] = WrittenBlockDescriptor;
        header[^1] = HeaderChecksum(header[FlagsPosition..^1]);
        output.Advance(ShortestHeaderBytes);

        LZ4Level libraryLevel = LibraryLevel(level);
        while (!records.IsEmpty)
        {
            ReadOnlySpan<byte> content = records[..Math.Min(records.Length, WrittenBlockBytes)];
            records = records[content.Length..];
            CompressBlock(libraryLevel, content, output);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(SizeFieldBytes), 0);
        output.Advance(SizeFieldBytes);
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> payload, out byte flags, out int blockBytesMax, out int headerBytes)
    {
        flags = 0;
        blockBytesMax = 0;
        headerBytes = ShortestHeaderBytes;
        if (payload.Length < ShortestHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(payload) != Magic) return false;

        flags = payload[FlagsPosition];
        byte blockDescriptor = payload[BlockDescriptorPosition];
        int blockSizeCode = blockDescriptor >> 4;
        if ((flags & FixedFlagsMask) != FixedFlags) return false;
        if ((blockDescriptor & BlockDescriptorReservedMask) != 0 || blockSizeCode < BlockSizeCodeMin) return false;
        blockBytesMax = 1 << (8 + (2 * blockSizeCode)); // 4 to 7: 64 KiB, 256 KiB, 1 MiB, 4 MiB.

        if ((flags & ContentSizeFlag) != 0) headerBytes += ContentSizeBytes;
        return payload.Length >= headerBytes
            && payload[headerBytes - 1] == HeaderChecksum(payload[FlagsPosition..(headerBytes - 1)]);
    }

    private static byte HeaderChecksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash32.Compute(descriptor) >> 8);

    private static DecompressError Store(ReadOnlySpan<byte> block, ref LimitedOutput output) =>
        output.TryWrite(block) ? DecompressError.None : DecompressError.OutputTooLarge;

    // Decodes the block whole, past the limit if need be: only then is it known whether it is sound, and the excess is at most one block.
    private static DecompressError DecompressBlock(ReadOnlySpan<byte> block, int blockBytesMax, ref LimitedOutput output)
    {
        int roomBytes = (int)Math.Min(blockBytesMax, (long)block.Length * ExpansionMax);
        int contentBytes = LZ4Codec.Decode(block, output.GetSpan(roomBytes)[..roomBytes]);
        if (contentBytes < 0) return DecompressError.Corrupt;
        if (contentBytes > output.RemainingBytes) return DecompressError.OutputTooLarge;
        output.Advance(contentBytes);
        return DecompressError.None;
    }

    private static void CompressBlock(LZ4Level libraryLevel, ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        Span<byte> place = output.GetSpan(SizeFieldBytes + LZ4Codec.MaximumOutputSize(content.Length));
        int blockBytes = LZ4Codec.Encode(content, place[SizeFieldBytes..], libraryLevel);
        uint sizeField = (uint)blockBytes;
        if (blockBytes < 0 || blockBytes >= content.Length)
        {
            content.CopyTo(place[SizeFieldBytes..]);
            blockBytes = content.Length;
            sizeField = (uint)blockBytes | StoredBit;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(place, sizeField);
        output.Advance(SizeFieldBytes + blockBytes);
    }

    // Kafka's 9, the default, means the fast compressor; every other number is a level of the thorough one, which knows 3 to 12.
    private static LZ4Level LibraryLevel(int level) => level == RecordCodec.Lz4LevelDefault
        ? LZ4Level.L00_FAST
        : (LZ4Level)Math.Clamp(level, (int)LZ4Level.L03_HC, (int)LZ4Level.L12_MAX);
}
