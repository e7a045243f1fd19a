using System.Diagnostics.CodeAnalysis;

namespace Sluice.Protocol;

/// <summary>What is known about each <see cref="ErrorCode"/>.</summary>
public static partial class ErrorCodes
{
    private const int LowestCode = (int)ErrorCode.UnknownServerError;

    /// <summary>Kafka's name of a code, such as OFFSET_OUT_OF_RANGE; for a code that is not in the table, its number.</summary>
    public static string Name(ErrorCode code) => TryFind(code, out Entry? entry) ? entry.Name : $"ERROR_{(short)code}";

    /// <summary>True = the same request may succeed later, perhaps after the client has refreshed its metadata. False for unknown codes.</summary>
    public static bool IsRetriable(ErrorCode code) => TryFind(code, out Entry? entry) && entry.IsRetriable;

    /// <summary>One sentence for people. Clients receive it where a response has room for a message and the handler has nothing better to say.</summary>
    public static string Meaning(ErrorCode code) => TryFind(code, out Entry? entry) ? entry.Meaning : "Not a code that this version knows.";

    private static bool TryFind(ErrorCode code, [NotNullWhen(true)] out Entry? entry)
    {
        int index = (int)code - LowestCode;
        entry = (uint)index < (uint)Table.Length ? Table[index] : null;
        return entry is not null;
    }

    private sealed record Entry(string Name, bool IsRetriable, string Meaning);
}
