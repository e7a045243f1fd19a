namespace Sluice.Log;

/// <summary>Remembers where batches begin, so that a fetch that goes on where another one ended finds its place without a read.</summary>
/// <remarks>
/// A few slots per partition, chosen by offset; enough for the tail and some consumers that catch up. Readers on any thread look up and add; each
/// slot is a sequence lock of its own, and whoever finds it busy does without. An entry counts only for the generation that it was found in:
/// a truncation begins a new one.
/// </remarks>
internal sealed class PositionCache
{
    private const int SlotsCount = 16;

    private readonly Slot[] _slots = new Slot[SlotsCount];

    public bool TryGet(long offset, long segmentBaseOffset, int generation, out long positionBytes)
    {
        ref Slot slot = ref SlotOf(offset);
        int version = Volatile.Read(ref slot.Version);
        positionBytes = 0;
        if ((version & 1) != 0)
        {
            return false;
        }

        bool matches = Volatile.Read(ref slot.Offset) == offset
            && Volatile.Read(ref slot.SegmentBaseOffset) == segmentBaseOffset
            && Volatile.Read(ref slot.Generation) == generation;
        positionBytes = Volatile.Read(ref slot.PositionBytes);
        return matches && version != 0 && Volatile.Read(ref slot.Version) == version;
    }

    public void Add(long offset, long segmentBaseOffset, int generation, long positionBytes)
    {
        ref Slot slot = ref SlotOf(offset);
        int version = Volatile.Read(ref slot.Version);
        if ((version & 1) != 0 || Interlocked.CompareExchange(ref slot.Version, version + 1, version) != version)
        {
            return;
        }

        Volatile.Write(ref slot.Offset, offset);
        Volatile.Write(ref slot.SegmentBaseOffset, segmentBaseOffset);
        Volatile.Write(ref slot.Generation, generation);
        Volatile.Write(ref slot.PositionBytes, positionBytes);
        Volatile.Write(ref slot.Version, version + 2);
    }

    // Multiplying spreads offsets that differ by a batch's size.
    private ref Slot SlotOf(long offset) => ref _slots[(int)((ulong)offset * 0x9E3779B97F4A7C15UL >> 60)];

    private struct Slot
    {
        public int Version;
        public int Generation;
        public long Offset;
        public long SegmentBaseOffset;
        public long PositionBytes;
    }
}
