using System.Buffers;
using System.Buffers.Binary;
using Snappier;

namespace Sluice.Protocol.Records.Compression;

/// <summary>snappy inside batches: raw blocks, each behind its length, after the 16-byte header that snappy-java's streams have.</summary>
/// <remarks>Some producers send one raw block without any of that, and joined streams repeat the header: both are read.</remarks>
internal static class SnappyCodec
{
    // What snappy-java cuts its input into; readers take any.
    private const int BlockBytes = 32 * 1024;
    private const int HeaderBytes = 16;
    private const int VersionPosition = 8;
    private const int Version = 1;

    // The densest element copies 64 bytes and takes 3: no block becomes longer than this many times itself.
    private const int ExpansionMax = 22;

    private static ReadOnlySpan<byte> Magic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    internal static DecompressError Decompress(ReadOnlySpan<byte> payload, ref LimitedOutput output)
    {
        if (!IsHeader(payload)) return DecompressBlock(payload, ref output);
        while (!payload.IsEmpty)
        {
            if (IsHeader(payload))
            {
                if (BinaryPrimitives.ReadInt32BigEndian(payload[VersionPosition..]) < Version) return DecompressError.Corrupt;
                payload = payload[HeaderBytes..];
                continue;
            }

            if (payload.Length < sizeof(int)) return DecompressError.Corrupt;
            int blockBytes = BinaryPrimitives.ReadInt32BigEndian(payload);
            payload = payload[sizeof(int)..];
            if (blockBytes < 0 || blockBytes > payload.Length) return DecompressError.Corrupt;
            DecompressError error = DecompressBlock(payload[..blockBytes], ref output);
            if (error != DecompressError.None) return error;
            payload = payload[blockBytes..];
        }

        return DecompressError.None;
    }

    internal static void Compress(ReadOnlySpan<byte> records, IBufferWriter<byte> output)
    {
        Span<byte> header = output.GetSpan(HeaderBytes)[..HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[VersionPosition..], Version);
        BinaryPrimitives.WriteInt32BigEndian(header[(VersionPosition + sizeof(int))..], Version);
        output.Advance(HeaderBytes);

        while (!records.IsEmpty)
        {
            ReadOnlySpan<byte> block = records[..Math.Min(records.Length, BlockBytes)];
            records = records[block.Length..];
            Span<byte> place = output.GetSpan(sizeof(int) + Snappy.GetMaxCompressedLength(block.Length));
            int blockBytes = Snappy.Compress(block, place[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(place, blockBytes);
            output.Advance(sizeof(int) + blockBytes);
        }
    }

    private static bool IsHeader(ReadOnlySpan<byte> payload) => payload.Length >= HeaderBytes && payload.StartsWith(Magic);

    private static DecompressError DecompressBlock(ReadOnlySpan<byte> block, ref LimitedOutput output)
    {
        try
        {
            int contentBytes = Snappy.GetUncompressedLength(block);
            if (contentBytes < 0 || contentBytes > (long)block.Length * ExpansionMax) return DecompressError.Corrupt;
            if (contentBytes > output.RemainingBytes) return DecompressError.OutputTooLarge;
            if (contentBytes == 0) return block.Length == 1 ? DecompressError.None : DecompressError.Corrupt;

            Span<byte> place = output.GetSpan(contentBytes)[..contentBytes];
            if (!Snappy.TryDecompress(block, place, out int writtenBytes) || writtenBytes != contentBytes) return DecompressError.Corrupt;
            output.Advance(contentBytes);
            return DecompressError.None;
        }
        catch (InvalidDataException)
        {
            // How the library reports damage; there is nothing in it beyond the fact.
            return DecompressError.Corrupt;
        }
    }
}
