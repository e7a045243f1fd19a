using System.Buffers.Binary;

namespace Sluice.Log.Indexes;

/// <summary>The offsets of a <c>.timeindex</c> file as search keys: they never descend.</summary>
internal readonly ref struct TimeIndexOffsets(ReadOnlySpan<byte> entries) : IIndexKeys
{
    private readonly ReadOnlySpan<byte> _entries = entries;

    public int Count => _entries.Length / TimeIndexEntries.EntryBytes;

    public int WarmCount => 8192 / TimeIndexEntries.EntryBytes;

    public long KeyAt(int slot) => BinaryPrimitives.ReadInt32BigEndian(_entries.Slice(slot * TimeIndexEntries.EntryBytes + 8, 4));
}
