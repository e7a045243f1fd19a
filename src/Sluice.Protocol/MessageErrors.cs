using System.Diagnostics.CodeAnalysis;

namespace Sluice.Protocol;

// Throw helpers of the generated writers. All of these are mistakes of the code that filled the message in.
internal static class MessageErrors
{
    [DoesNotReturn]
    internal static void ThrowUnsupportedVersion(string message, short version) =>
        throw new ArgumentOutOfRangeException(nameof(version), version, $"{message} has no version {version}.");

    [DoesNotReturn]
    internal static void ThrowFieldNotInVersion(string message, string field, short version) =>
        throw new InvalidOperationException($"{message} version {version} has no field {field}, whose value must not be lost.");

    [DoesNotReturn]
    internal static void ThrowNullNotAllowed(string message, string field, short version) =>
        throw new InvalidOperationException($"{field} of {message} cannot be null in version {version}.");
}
