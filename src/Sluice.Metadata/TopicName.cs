using System.Buffers;

namespace Sluice.Metadata;

/// <summary>Which names a topic may have. Names become directories, so the rules also keep paths out.</summary>
public static class TopicName
{
    /// <summary>The longest name, in characters: with the partition number behind it, a directory name stays below 255.</summary>
    public const int LengthMax = 249;

    /// <summary>The topic of committed offsets and groups.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";

    /// <summary>The topic of transactions.</summary>
    public const string TransactionState = "__transaction_state";

    /// <summary>The topic of share groups.</summary>
    public const string ShareGroupState = "__share_group_state";

    /// <summary>The name of Kafka's metadata log, which no topic may take.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>Checks a name.</summary>
    /// <param name="name">As a client gave it.</param>
    /// <returns>Null if a topic may have it, else the reason as a whole sentence for an INVALID_TOPIC_EXCEPTION answer.</returns>
    public static string? Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0) return "Topic name is invalid: the empty string is not allowed";
        if (name.Length > LengthMax) return $"Topic name is invalid: the length of '{name[..LengthMax]}...' is longer than the max allowed length {LengthMax}";
        if (name is "." or "..") return $"Topic name is invalid: '{name}' is not allowed";
        return name.AsSpan().ContainsAnyExcept(s_allowed)
            ? $"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
            : null;
    }

    /// <summary>Whether the topic belongs to a coordinator: clients may read it, not write to it.</summary>
    /// <param name="name">Any name.</param>
    public static bool IsInternal(string name) => name is ConsumerOffsets or TransactionState or ShareGroupState;

    /// <summary>Whether the names contain a character that can make two names collide.</summary>
    /// <param name="name">A valid name.</param>
    public static bool CanCollide(string name) => name.AsSpan().ContainsAny('.', '_');

    /// <summary>Whether two different names are the same once '.' is written as '_', as metric names do.</summary>
    /// <param name="name">A valid name.</param>
    /// <param name="other">Another valid name.</param>
    /// <returns>False for equal names.</returns>
    public static bool Collide(string name, string other)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(other);
        if (name.Length != other.Length) return false;
        bool differ = false;
        for (int index = 0; index < name.Length; index++)
        {
            if (name[index] == other[index]) continue;
            if (name[index] is not ('.' or '_') || other[index] is not ('.' or '_')) return false;
            differ = true;
        }
        return differ;
    }
}
