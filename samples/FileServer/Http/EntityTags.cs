namespace Sluice.Samples.FileServer.Http;

/// <summary>Compares entity tags (RFC 9110, 8.8.3).</summary>
internal static class EntityTags
{
    /// <summary>Looks for a tag in the value of If-Match or If-None-Match.</summary>
    /// <param name="list">Tags with commas between them, or a star.</param>
    /// <param name="tag">A strong tag with its quotes.</param>
    /// <param name="isStrong">Whether a weak tag of the same text is another one.</param>
    public static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, bool isStrong)
    {
        if (list.SequenceEqual("*"u8))
        {
            return true;
        }

        while (!list.IsEmpty)
        {
            list = list.TrimStart(" \t,"u8);
            bool isWeak = list.StartsWith("W/"u8);
            ReadOnlySpan<byte> opaque = isWeak ? list[2..] : list;
            int closing = opaque.Length > 0 && opaque[0] == '"' ? opaque[1..].IndexOf((byte)'"') : -1;
            if (closing < 0)
            {
                return false;
            }

            if (opaque[..(closing + 2)].SequenceEqual(tag) && !(isWeak && isStrong))
            {
                return true;
            }

            list = opaque[(closing + 2)..];
        }

        return false;
    }
}
