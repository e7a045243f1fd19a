using System.Buffers.Binary;

namespace Sluice.Log.Indexes;

/// <summary>View of the entries of a <c>.timeindex</c> file: (timestamp, offset - base offset), 8 and 4 bytes, big-endian.</summary>
/// <remarks>
/// An entry says: every record of the segment up to that offset has a timestamp at or below that one. Bytes: docs/formats/segment.md. Pure;
/// the caller keeps the memory alive.
/// </remarks>
internal readonly ref struct TimeIndexEntries(ReadOnlySpan<byte> entries) : IIndexKeys
{
    public const int EntryBytes = 12;

    private readonly ReadOnlySpan<byte> _entries = entries;

    public int Count => _entries.Length / EntryBytes;

    public int WarmCount => 8192 / EntryBytes;

    public long KeyAt(int slot) => TimestampAt(slot);

    public long TimestampAt(int slot) => BinaryPrimitives.ReadInt64BigEndian(_entries.Slice(slot * EntryBytes, 8));

    public int RelativeOffsetAt(int slot) => BinaryPrimitives.ReadInt32BigEndian(_entries.Slice(slot * EntryBytes + 8, 4));

    /// <summary>Relative offset from which records above a timestamp may follow; 0 if the index does not reach down to it.</summary>
    public int Lookup(long timestampMs)
    {
        int slot = IndexSearch.SlotAtOrBelow(this, timestampMs);
        return slot < 0 ? 0 : RelativeOffsetAt(slot);
    }

    /// <summary>Number of leading entries that lie below a relative offset: what a truncation to it keeps.</summary>
    public int CountBelow(long relativeOffset) =>
        relativeOffset <= 0 ? 0 : IndexSearch.SlotAtOrBelow(new TimeIndexOffsets(_entries), relativeOffset - 1) + 1;

    public static void Write(Span<byte> destination, long timestampMs, int relativeOffset)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, timestampMs);
        BinaryPrimitives.WriteInt32BigEndian(destination[8..], relativeOffset);
    }
}
