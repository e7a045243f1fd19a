using System.Buffers.Binary;

namespace Sluice.Log.Indexes;

/// <summary>One entry of a <c>.txnindex</c> file, 34 bytes, big-endian.</summary>
/// <param name="ProducerId">Producer whose transaction was aborted.</param>
/// <param name="FirstOffset">Offset of the transaction's first batch in this partition.</param>
/// <param name="LastOffset">Offset of the abort marker.</param>
/// <param name="LastStableOffset">First offset of the next transaction that was open when the marker was written, or the marker's offset + 1.</param>
internal readonly record struct AbortedTransactionEntry(long ProducerId, long FirstOffset, long LastOffset, long LastStableOffset)
{
    public const int EntryBytes = 34;
    public const short CurrentVersion = 0;

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt16BigEndian(destination, CurrentVersion);
        BinaryPrimitives.WriteInt64BigEndian(destination[2..], ProducerId);
        BinaryPrimitives.WriteInt64BigEndian(destination[10..], FirstOffset);
        BinaryPrimitives.WriteInt64BigEndian(destination[18..], LastOffset);
        BinaryPrimitives.WriteInt64BigEndian(destination[26..], LastStableOffset);
    }

    public static AbortedTransactionEntry Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64BigEndian(source[2..]),
        BinaryPrimitives.ReadInt64BigEndian(source[10..]),
        BinaryPrimitives.ReadInt64BigEndian(source[18..]),
        BinaryPrimitives.ReadInt64BigEndian(source[26..]));

    public static short ReadVersion(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt16BigEndian(source);
}
