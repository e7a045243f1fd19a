using System.Buffers.Binary;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>What consumers put into the opaque bytes of the classic protocol: a version, then a subscription or an assignment.</summary>
internal static class ConsumerProtocol
{
    private const short VersionMax = 3;

    /// <summary>Adds the topics of a subscription.</summary>
    /// <param name="metadata">As a member sent it; may be anything.</param>
    /// <param name="topics">Gets the names.</param>
    /// <returns>False if the bytes are no subscription; then nothing was added.</returns>
    /// <remarks>Only the part that all versions share is read, and what follows is left alone, as the protocol wants it of readers.</remarks>
    public static bool TryReadTopics(ReadOnlyMemory<byte> metadata, HashSet<string> topics)
    {
        if (TryReadVersion(metadata) < 0) return false;
        var subscription = new ConsumerProtocolSubscription();
        var reader = new MessageReader(metadata[sizeof(short)..]);
        try
        {
            subscription.Read(ref reader, 0);
        }
        catch (WireFormatException)
        {
            return false; // Opaque bytes may be anything; the caller is told that these are no subscription.
        }
        topics.UnionWith(subscription.Topics);
        return true;
    }

    /// <summary>Reads a whole subscription.</summary>
    /// <returns>Null if the bytes are none.</returns>
    public static ConsumerProtocolSubscription? TryReadSubscription(ReadOnlyMemory<byte> metadata) => TryRead(metadata, new ConsumerProtocolSubscription());

    /// <summary>Reads a whole assignment.</summary>
    /// <returns>Null if the bytes are none.</returns>
    public static ConsumerProtocolAssignment? TryReadAssignment(ReadOnlyMemory<byte> assignment) => TryRead(assignment, new ConsumerProtocolAssignment());

    /// <summary>The version of a subscription or an assignment, as far as it is known here: 0 to 3.</summary>
    public static short VersionOf(ReadOnlyMemory<byte> bytes) => Math.Max(TryReadVersion(bytes), (short)0);

    /// <summary>Writes a message with its version in front.</summary>
    /// <param name="message">A subscription or an assignment.</param>
    /// <param name="version">0 to 3.</param>
    public static byte[] Write(IMessage message, short version)
    {
        byte[] bytes = new byte[sizeof(short) + message.Measure(version)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, version);
        var writer = new MessageWriter(bytes.AsSpan(sizeof(short)));
        message.Write(ref writer, version);
        return bytes;
    }

    private static T? TryRead<T>(ReadOnlyMemory<byte> bytes, T message)
        where T : class, IMessage
    {
        short version = TryReadVersion(bytes);
        if (version < 0) return null;
        var reader = new MessageReader(bytes[sizeof(short)..]);
        try
        {
            message.Read(ref reader, version);
            return message;
        }
        catch (WireFormatException)
        {
            return null; // As above.
        }
    }

    // Versions to come are read as the newest that is known, because they only add at the end.
    private static short TryReadVersion(ReadOnlyMemory<byte> bytes) =>
        BinaryPrimitives.TryReadInt16BigEndian(bytes.Span, out short version) && version >= 0 ? Math.Min(version, VersionMax) : (short)-1;
}
