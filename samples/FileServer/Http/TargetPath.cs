using System.Buffers;

namespace Sluice.Samples.FileServer.Http;

/// <summary>Turns the target of a request into the path of a file below the root.</summary>
internal static class TargetPath
{
    private static readonly SearchValues<byte> s_plainBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>Decodes a target.</summary>
    /// <param name="target">Begins with a slash; a query is left out.</param>
    /// <param name="path">
    /// At least as long as <paramref name="target"/>. Gets the names with slashes between them, none at either end: empty
    /// names and "." are dropped. Bytes as the file system has them, in no particular encoding.
    /// </param>
    /// <param name="pathBytes">How much of it was filled.</param>
    /// <param name="isFolder">Whether the target ends with a slash.</param>
    /// <returns>
    /// 200; 400 for a broken escape, a NUL, or a slash or backslash in a name; 403 for "..", however it is written.
    /// </returns>
    public static int Decode(ReadOnlySpan<byte> target, Span<byte> path, out int pathBytes, out bool isFolder)
    {
        pathBytes = 0;
        isFolder = false;
        int query = target.IndexOf((byte)'?');
        target = query < 0 ? target : target[..query];
        while (!target.IsEmpty)
        {
            target = target[1..];
            int slash = target.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? target : target[..slash];
            target = slash < 0 ? default : target[slash..];

            int separatorBytes = pathBytes == 0 ? 0 : 1;
            Span<byte> space = path[(pathBytes + separatorBytes)..];
            if (!TryDecodeName(name, space, out int nameBytes))
            {
                return 400;
            }

            Span<byte> decoded = space[..nameBytes];
            isFolder = decoded.IsEmpty || decoded.SequenceEqual("."u8);
            if (decoded.SequenceEqual(".."u8))
            {
                return 403;
            }

            if (!isFolder)
            {
                if (separatorBytes == 1)
                {
                    path[pathBytes] = (byte)'/';
                }

                pathBytes += separatorBytes + nameBytes;
            }
        }

        return 200;
    }

    /// <summary>Writes a path as the target of a folder: a slash before each name and one at the end, everything else escaped.</summary>
    public static void EncodeFolder(ReadOnlySpan<byte> path, HeadWriter writer)
    {
        writer.Add("/"u8);
        foreach (byte b in path)
        {
            if (b == '/' || s_plainBytes.Contains(b))
            {
                writer.Add([b]);
            }
            else
            {
                writer.Add([(byte)'%', HexDigit(b >> 4), HexDigit(b & 15)]);
            }
        }

        writer.Add(path.IsEmpty ? default : "/"u8);
    }

    private static bool TryDecodeName(ReadOnlySpan<byte> name, Span<byte> decoded, out int decodedBytes)
    {
        decodedBytes = 0;
        if (!name.Contains((byte)'%'))
        {
            name.CopyTo(decoded);
            decodedBytes = name.Length;
            return true;
        }

        for (int i = 0; i < name.Length; i++)
        {
            int value = name[i];
            if (value == '%')
            {
                if (i + 2 >= name.Length || !char.IsAsciiHexDigit((char)name[i + 1]) || !char.IsAsciiHexDigit((char)name[i + 2]))
                {
                    return false;
                }

                value = (HexValue(name[i + 1]) << 4) | HexValue(name[i + 2]);
                i += 2;
            }

            if (value is 0 or '/' or '\\')
            {
                return false;
            }

            decoded[decodedBytes++] = (byte)value;
        }

        return true;
    }

    private static byte HexDigit(int value) => (byte)"0123456789ABCDEF"[value];

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
