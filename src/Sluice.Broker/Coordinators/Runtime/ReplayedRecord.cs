using System.Buffers.Binary;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>One record of a coordinator's log as it is read back. Valid until the call that got it returns.</summary>
/// <param name="RecordType">What the record is about.</param>
/// <param name="Key">The key's message, version 0, without its type in front.</param>
/// <param name="Value">The value with its version in front; null for a tombstone.</param>
/// <param name="Offset">Offset of the record.</param>
/// <param name="TimestampMs">Unix time of the record.</param>
/// <param name="ProducerId">Producer of a transactional record; -1 for all others.</param>
/// <param name="Strings">Where strings that occur again and again are shared.</param>
internal readonly record struct ReplayedRecord(
    short RecordType, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value, long Offset, long TimestampMs, long ProducerId, StringCache Strings)
{
    /// <summary>Whether the record removes what its key names.</summary>
    public bool IsTombstone => Value is null;

    /// <summary>Reads the key into <paramref name="key"/>.</summary>
    /// <exception cref="WireFormatException">The bytes are no such key.</exception>
    public T ReadKey<T>(T key) where T : IMessage
    {
        var reader = new MessageReader(Key, Strings);
        key.Read(ref reader, 0);
        return key;
    }

    /// <summary>Reads the value into <paramref name="value"/>.</summary>
    /// <exception cref="WireFormatException">The bytes are no such value, or of a version that is not known.</exception>
    public T ReadValue<T>(T value) where T : IMessage
    {
        ReadOnlyMemory<byte> bytes = Value!.Value;
        if (!BinaryPrimitives.TryReadInt16BigEndian(bytes.Span, out short version) || version < value.LowestVersion || version > value.HighestVersion)
            throw new InvalidDataException($"the value of the record at offset {Offset} (type {RecordType}) has version {version}; known are {value.LowestVersion} to {value.HighestVersion}");
        var reader = new MessageReader(bytes[sizeof(short)..], Strings);
        value.Read(ref reader, version);
        return value;
    }
}
