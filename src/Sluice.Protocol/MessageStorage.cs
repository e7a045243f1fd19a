using System.Diagnostics.CodeAnalysis;

namespace Sluice.Protocol;

/// <summary>How much storage a message keeps for its next use.</summary>
public static class MessageStorage
{
    /// <summary>Lists with room for more elements than this give their storage up when their message is reset, so that one huge request does not
    /// stay in memory for the life of its connection.</summary>
    public const int RetainedElementsMax = 1024;

    /// <summary>Empties a list and keeps its storage, unless that is larger than <see cref="RetainedElementsMax"/>.</summary>
    /// <param name="list">A list that its message owns.</param>
    [SuppressMessage("Design", "CA1002:Do not expose generic lists", Justification = "Messages hold List<T>, whose storage is reused.")]
    public static void Clear<T>(List<T> list)
    {
        list.Clear();
        if (list.Capacity > RetainedElementsMax) list.Capacity = 0;
    }
}
