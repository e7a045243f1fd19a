using Sluice.Protocol;

namespace Sluice.Metadata.Kafka;

/// <summary>What stands around every record of the metadata log: version of the frame, type and version of the record, all unsigned varints.</summary>
/// <param name="Type">The number of the record's schema.</param>
/// <param name="Version">The version of the body.</param>
/// <param name="Body">The bytes behind the frame.</param>
internal readonly record struct KafkaRecordFrame(short Type, short Version, ReadOnlyMemory<byte> Body)
{
    /// <summary>The only frame version there is.</summary>
    internal const uint FrameVersion = 1;

    /// <summary>Splits the value of a record.</summary>
    /// <exception cref="WireFormatException">The value ends too early.</exception>
    /// <exception cref="KafkaMetadataException">The frame is of another version, or a number in it is none that a schema can have.</exception>
    internal static KafkaRecordFrame Read(ReadOnlyMemory<byte> value)
    {
        var reader = new MessageReader(value);
        uint frameVersion = reader.ReadUnsignedVarint();
        if (frameVersion != FrameVersion) throw new KafkaMetadataException($"records have frame version {frameVersion}, which is not known");
        uint type = reader.ReadUnsignedVarint();
        uint version = reader.ReadUnsignedVarint();
        if (type > (uint)short.MaxValue || version > (uint)short.MaxValue)
        {
            throw new KafkaMetadataException($"a record says that its type is {type} and its version {version}, which cannot be");
        }
        return new KafkaRecordFrame((short)type, (short)version, value[reader.Position..]);
    }
}
