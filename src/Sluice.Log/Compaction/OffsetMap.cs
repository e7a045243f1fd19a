using System.Runtime.InteropServices;

namespace Sluice.Log.Compaction;

/// <summary>The latest offset of each key of a part of a log, in memory of a fixed size.</summary>
/// <remarks>
/// Open addressing over entries of 24 bytes: 128 bits of hash and the offset. Keys are not kept, so the length of keys does not matter. When it
/// is full it takes no new key, and whoever fills it goes on in another round. The memory is the system's, not the garbage collector's: pages
/// that no key has touched cost nothing, and all of it goes back at <see cref="Dispose"/>. For one thread at a time.
/// </remarks>
internal sealed unsafe class OffsetMap : IDisposable
{
    /// <summary>Bytes that one key takes.</summary>
    public const int EntryBytes = 24;

    private readonly KeyHasher _hasher;
    private readonly ulong _slotsCount;
    private Entry* _entries;

    /// <summary>Allocates the map.</summary>
    /// <param name="memoryBytes">Upper bound of its memory, at least <see cref="EntryBytes"/>.</param>
    /// <param name="loadFactor">Share of the slots that may be taken, above 0 and at most 1. One slot always stays free.</param>
    /// <param name="keysCountMax">Keys that can come at most; no more memory than they need is taken.</param>
    public OffsetMap(long memoryBytes, double loadFactor, long keysCountMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryBytes, 2 * EntryBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(loadFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(loadFactor, 1);
        long slotsCountMax = memoryBytes / EntryBytes;
        // Half empty where there is room: searches for keys that are not there, the usual case in the clean part of a log, stay short.
        long wantedCount = Math.Clamp(keysCountMax, 1, long.MaxValue / 4) * 2;
        long slotsCount = Math.Min(slotsCountMax, Math.Max(wantedCount, 2));
        _slotsCount = (ulong)slotsCount;
        CapacityCount = Math.Clamp((long)(slotsCount * loadFactor), 1, slotsCount - 1);
        MemoryBytes = slotsCount * EntryBytes;
        _hasher = KeyHasher.Create();
        _entries = (Entry*)NativeMemory.AllocZeroed((nuint)slotsCount, EntryBytes);
    }

    /// <summary>Keys that find room.</summary>
    public long CapacityCount { get; }

    /// <summary>Keys that are in it.</summary>
    public long Count { get; private set; }

    /// <summary>Memory that it takes at most.</summary>
    public long MemoryBytes { get; }

    /// <summary>Up to and including this offset the log is covered: a later record than the mapped one does not exist there. -1 at first.</summary>
    public long LatestOffset { get; set; } = -1;

    /// <summary>Notes the latest offset of a key; a later call for the same key wins.</summary>
    /// <returns>False if the key is new and there is no room for it.</returns>
    public bool TryPut(ReadOnlySpan<byte> key, long offset)
    {
        UInt128 hash = _hasher.Compute(key);
        Entry* entry = Find(hash);
        if (entry->IsEmpty)
        {
            if (Count >= CapacityCount)
            {
                return false;
            }

            Count++;
            entry->Hash = hash;
        }

        entry->NextOffset = offset + 1;
        return true;
    }

    /// <summary>Latest offset of a key.</summary>
    /// <returns>The offset, or -1 if the key is not in the map.</returns>
    public long Lookup(ReadOnlySpan<byte> key) => Find(_hasher.Compute(key))->NextOffset - 1;

    public void Dispose()
    {
        NativeMemory.Free(_entries);
        _entries = null;
    }

    // The entry with the hash, or the empty one where it belongs. A free slot always exists, so the walk ends.
    private Entry* Find(UInt128 hash)
    {
        ObjectDisposedException.ThrowIf(_entries is null, this);
        ulong slot = Math.BigMul((ulong)hash, _slotsCount, out _);
        while (true)
        {
            Entry* entry = _entries + slot;
            if (entry->IsEmpty || entry->Hash == hash)
            {
                return entry;
            }

            slot = slot + 1 == _slotsCount ? 0 : slot + 1;
        }
    }

    // An offset is kept plus one, so that memory that was never written is an empty entry.
    [StructLayout(LayoutKind.Sequential, Pack = 8, Size = EntryBytes)]
    private struct Entry
    {
        private ulong _hashLower;
        private ulong _hashUpper;

        public long NextOffset;

        public readonly bool IsEmpty => NextOffset == 0;

        public UInt128 Hash
        {
            readonly get => new(_hashUpper, _hashLower);
            set
            {
                _hashLower = (ulong)value;
                _hashUpper = (ulong)(value >> 64);
            }
        }
    }
}
