using System.Diagnostics.CodeAnalysis;

namespace Sluice.Protocol;

/// <summary>Bytes from a peer are not a valid message. The connection they came from cannot be trusted any further and is to be closed.</summary>
public sealed class WireFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">What is wrong.</param>
    /// <param name="message">The same for people, with positions and lengths but never with content.</param>
    public WireFormatException(WireFormatReason reason, string message)
        : base(message) => Reason = reason;

    /// <summary>What is wrong with the bytes.</summary>
    public WireFormatReason Reason { get; }

    [DoesNotReturn]
    internal static void ThrowTruncated(int neededBytes, int position, int remainingBytes) =>
        throw new WireFormatException(WireFormatReason.Truncated, $"{neededBytes} bytes needed at position {position}, {remainingBytes} remain.");

    [DoesNotReturn]
    internal static void ThrowStringTooLong(int lengthBytes, int position) =>
        throw new WireFormatException(WireFormatReason.StringTooLong, $"String of {lengthBytes} bytes at position {position}; 32767 are allowed.");

    [DoesNotReturn]
    internal static void ThrowCountTooLarge(uint count, int position, int remainingBytes) =>
        throw new WireFormatException(WireFormatReason.CountTooLarge, $"Array of {count} elements at position {position}, where {remainingBytes} bytes remain.");

    [DoesNotReturn]
    internal static void ThrowNullNotAllowed(int position) =>
        throw new WireFormatException(WireFormatReason.NullNotAllowed, $"Null before position {position} in a field that cannot be null.");

    [DoesNotReturn]
    internal static void ThrowVarintOverlong(int position) =>
        throw new WireFormatException(WireFormatReason.VarintOverlong, $"Varint of more than 32 bits at position {position}.");

    [DoesNotReturn]
    internal static void ThrowTagOrder(uint tag, int position) =>
        throw new WireFormatException(WireFormatReason.TagOrder, $"Tag {tag} before position {position} does not follow the tag before it.");

    [DoesNotReturn]
    internal static void ThrowTagSize(uint tag, int unreadBytes, int position) =>
        throw new WireFormatException(WireFormatReason.TagSize, $"{unreadBytes} bytes of tagged field {tag} are left over at position {position}.");

    [DoesNotReturn]
    internal static void ThrowUnsupportedVersion(string message, short version) =>
        throw new WireFormatException(WireFormatReason.UnsupportedVersion, $"{message} has no version {version}.");
}
