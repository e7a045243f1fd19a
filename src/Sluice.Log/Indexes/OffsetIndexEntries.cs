using System.Buffers.Binary;

namespace Sluice.Log.Indexes;

/// <summary>View of the entries of a <c>.index</c> file: (offset - base offset, position of the batch), 4 bytes each, big-endian.</summary>
/// <remarks>Bytes: docs/formats/segment.md. Pure; the caller keeps the memory alive.</remarks>
internal readonly ref struct OffsetIndexEntries(ReadOnlySpan<byte> entries) : IIndexKeys
{
    public const int EntryBytes = 8;

    private readonly ReadOnlySpan<byte> _entries = entries;

    public int Count => _entries.Length / EntryBytes;

    public int WarmCount => 8192 / EntryBytes;

    public long KeyAt(int slot) => RelativeOffsetAt(slot);

    // One 8-byte load: an entry that is overwritten after a truncation is seen whole, old or new, never half of each.
    public int RelativeOffsetAt(int slot) => (int)(BinaryPrimitives.ReadInt64BigEndian(_entries.Slice(slot * EntryBytes, EntryBytes)) >> 32);

    public int PositionAt(int slot) => (int)BinaryPrimitives.ReadInt64BigEndian(_entries.Slice(slot * EntryBytes, EntryBytes));

    public (int RelativeOffset, int PositionBytes) At(int slot)
    {
        long entry = BinaryPrimitives.ReadInt64BigEndian(_entries.Slice(slot * EntryBytes, EntryBytes));
        return ((int)(entry >> 32), (int)entry);
    }

    /// <summary>Last entry at or below a relative offset; (0, 0) if there is none.</summary>
    public (int RelativeOffset, int PositionBytes) Lookup(long relativeOffset)
    {
        int slot = IndexSearch.SlotAtOrBelow(this, relativeOffset);
        return slot < 0 ? (0, 0) : At(slot);
    }

    /// <summary>Last entry whose batch begins at or below a position; (0, 0) if there is none.</summary>
    public (int RelativeOffset, int PositionBytes) LookupPosition(long positionBytes)
    {
        int slot = IndexSearch.SlotAtOrBelow(new OffsetIndexPositions(_entries), positionBytes);
        return slot < 0 ? (0, 0) : At(slot);
    }

    /// <summary>Number of leading entries that lie below a relative offset: what a truncation to it keeps.</summary>
    public int CountBelow(long relativeOffset) => relativeOffset <= 0 ? 0 : IndexSearch.SlotAtOrBelow(this, relativeOffset - 1) + 1;

    public static void Write(Span<byte> destination, int relativeOffset, int positionBytes) =>
        BinaryPrimitives.WriteInt64BigEndian(destination, ((long)relativeOffset << 32) | (uint)positionBytes);
}
