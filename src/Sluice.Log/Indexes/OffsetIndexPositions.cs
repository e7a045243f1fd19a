using System.Buffers.Binary;

namespace Sluice.Log.Indexes;

/// <summary>The positions of a <c>.index</c> file as search keys: they ascend with the offsets.</summary>
internal readonly ref struct OffsetIndexPositions(ReadOnlySpan<byte> entries) : IIndexKeys
{
    private readonly ReadOnlySpan<byte> _entries = entries;

    public int Count => _entries.Length / OffsetIndexEntries.EntryBytes;

    public int WarmCount => 8192 / OffsetIndexEntries.EntryBytes;

    public long KeyAt(int slot) =>
        (int)BinaryPrimitives.ReadInt64BigEndian(_entries.Slice(slot * OffsetIndexEntries.EntryBytes, OffsetIndexEntries.EntryBytes));
}
