using System.Buffers.Binary;

namespace Sluice.Protocol.Records;

/// <summary>Reads the key of a control record: an int16 version and an int16 type.</summary>
public static class ControlRecordKey
{
    /// <summary>Bytes of the key as it is written today; newer ones may be longer.</summary>
    public const int SizeBytes = 4;

    /// <summary>Finds out what a control record says.</summary>
    /// <param name="key">The record's key. Newer versions and bytes behind the fourth are accepted.</param>
    /// <param name="type">The type; <see cref="ControlRecordType.Unknown"/> for one that does not exist yet, and on failure.</param>
    /// <returns>False if the key is shorter than four bytes or its version negative: the record is invalid.</returns>
    public static bool TryRead(ReadOnlySpan<byte> key, out ControlRecordType type)
    {
        type = ControlRecordType.Unknown;
        if (key.Length < SizeBytes || BinaryPrimitives.ReadInt16BigEndian(key) < 0) return false;
        short value = BinaryPrimitives.ReadInt16BigEndian(key[sizeof(short)..]);
        if (value is >= (short)ControlRecordType.Abort and <= (short)ControlRecordType.KRaftVoters) type = (ControlRecordType)value;
        return true;
    }
}
