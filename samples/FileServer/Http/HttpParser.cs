using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Sluice.Samples.FileServer.Http;

/// <summary>Reads the head of an HTTP/1.x request (RFC 9112), from bytes alone.</summary>
/// <remarks>
/// Strict wherever two readers of one request could come to different ends of it: lines end with CR LF, a field name touches
/// its colon, a length is digits only and comes once. Such a request is refused and its connection closed.
/// </remarks>
internal static class HttpParser
{
    /// <summary>What <see cref="Parse"/> answers where the head is not complete yet.</summary>
    public const int Incomplete = 0;

    /// <summary>What <see cref="Parse"/> answers where there is a request.</summary>
    public const int Complete = 200;

    private static readonly SearchValues<byte> s_tokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    // Visible ASCII; everything else in a target is to be percent-encoded.
    private static readonly SearchValues<byte> s_targetBytes = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Where(static b => b is not ('"' or '<' or '>' or '#' or '\\' or '^' or '`' or '{' or '|' or '}')).Select(static b => (byte)b)]);

    /// <summary>Reads one head.</summary>
    /// <param name="buffer">What has arrived, from the request's first byte on. May hold more requests behind it.</param>
    /// <param name="headBytesMax">Longest head that is accepted.</param>
    /// <param name="request">The request, where there is one.</param>
    /// <returns><see cref="Incomplete"/>, <see cref="Complete"/>, or the status to refuse the request with.</returns>
    public static int Parse(ReadOnlySpan<byte> buffer, int headBytesMax, out HttpRequest request)
    {
        request = default;
        int skippedBytes = EmptyLinesBytes(buffer);
        ReadOnlySpan<byte> rest = buffer[skippedBytes..];
        int endIndex = rest.IndexOf("\r\n\r\n"u8);
        if (endIndex < 0)
        {
            if (buffer.Length >= headBytesMax)
            {
                return rest.IndexOf((byte)'\n') < 0 ? 414 : 431;
            }

            // Lines that end without CR never add up to a head: better said now than when the time is up.
            return rest.IndexOf("\n\n"u8) >= 0 ? 400 : Incomplete;
        }

        request.HeadBytes = skippedBytes + endIndex + 4;
        if (request.HeadBytes > headBytesMax)
        {
            return 431;
        }

        int lineEnd = skippedBytes + rest.IndexOf("\r\n"u8);
        int status = ParseRequestLine(buffer, skippedBytes, lineEnd, ref request);
        int fieldsEnd = skippedBytes + endIndex;
        bool hasLength = false;
        bool hasCoding = false;
        while (status == Complete && lineEnd < fieldsEnd)
        {
            int start = lineEnd + 2;
            lineEnd = start + buffer[start..].IndexOf("\r\n"u8);
            status = ParseField(buffer, start, lineEnd, ref request, ref hasLength, ref hasCoding);
        }

        if (status != Complete)
        {
            return status;
        }

        if ((hasLength && hasCoding) || (!request.Host.IsPresent && !request.IsHttp10))
        {
            return 400;
        }

        return hasCoding ? 501 : request.Method == RequestMethod.Unknown ? 501 : Complete;
    }

    /// <summary>Length of the empty lines that some clients send after a body (RFC 9112, 2.2).</summary>
    private static int EmptyLinesBytes(ReadOnlySpan<byte> buffer)
    {
        int count = 0;
        while (buffer[count..].StartsWith("\r\n"u8))
        {
            count += 2;
        }

        return count;
    }

    private static int ParseRequestLine(ReadOnlySpan<byte> buffer, int start, int end, ref HttpRequest request)
    {
        ReadOnlySpan<byte> line = buffer[start..end];
        int methodEnd = line.IndexOf((byte)' ');
        int targetEnd = line.LastIndexOf((byte)' ');
        if (methodEnd <= 0 || targetEnd <= methodEnd + 1 || line[..methodEnd].ContainsAnyExcept(s_tokenBytes))
        {
            return 400;
        }

        ReadOnlySpan<byte> version = line[(targetEnd + 1)..];
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || !char.IsAsciiDigit((char)version[5]) || version[6] != '.' || !char.IsAsciiDigit((char)version[7]))
        {
            return 400;
        }

        if (version[5] != '1')
        {
            return 505;
        }

        request.IsHttp10 = version[7] == '0';
        request.KeepsAlive = !request.IsHttp10;
        request.Method = MethodOf(line[..methodEnd]);
        ReadOnlySpan<byte> target = line[(methodEnd + 1)..targetEnd];
        if (target.ContainsAnyExcept(s_targetBytes))
        {
            return 400;
        }

        int skippedBytes = 0;
        if (target[0] != '/' && request.Method is RequestMethod.Get or RequestMethod.Head)
        {
            // The absolute form, which a server must accept too (RFC 9112, 3.2.2).
            int authority = Ascii.EqualsIgnoreCase(target[..Math.Min(7, target.Length)], "http://"u8) ? 7 : 0;
            skippedBytes = authority == 0 ? -1 : target[authority..].IndexOf((byte)'/') + authority;
            if (skippedBytes <= authority)
            {
                return 400;
            }
        }

        request.Target = new ByteSlice(start + methodEnd + 1 + skippedBytes, target.Length - skippedBytes);
        return Complete;
    }

    private static RequestMethod MethodOf(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("GET"u8) ? RequestMethod.Get
        : method.SequenceEqual("HEAD"u8) ? RequestMethod.Head
        : method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8) || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("OPTIONS"u8)
            || method.SequenceEqual("PATCH"u8) || method.SequenceEqual("TRACE"u8) || method.SequenceEqual("CONNECT"u8) ? RequestMethod.NotAllowed
        : RequestMethod.Unknown;

    private static int ParseField(ReadOnlySpan<byte> buffer, int start, int end, ref HttpRequest request, ref bool hasLength, ref bool hasCoding)
    {
        ReadOnlySpan<byte> line = buffer[start..end];
        int colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(s_tokenBytes) || line.ContainsAny((byte)'\r', (byte)'\n', (byte)0))
        {
            return 400;
        }

        int valueStart = start + colon + 1;
        int valueEnd = end;
        while (valueStart < valueEnd && buffer[valueStart] is (byte)' ' or (byte)'\t')
        {
            valueStart++;
        }

        while (valueEnd > valueStart && buffer[valueEnd - 1] is (byte)' ' or (byte)'\t')
        {
            valueEnd--;
        }

        ByteSlice value = new(valueStart, valueEnd - valueStart);
        ReadOnlySpan<byte> name = line[..colon];
        switch (name.Length)
        {
            case 4 when Is(name, "host"u8):
                return Once(ref request.Host, value);
            case 5 when Is(name, "range"u8):
                return Once(ref request.Range, value);
            case 6 when Is(name, "expect"u8):
                request.ExpectsContinue = true;
                return Is(value.Of(buffer), "100-continue"u8) ? Complete : 417;
            case 8 when Is(name, "if-range"u8):
                return Once(ref request.IfRange, value);
            case 8 when Is(name, "if-match"u8):
                return Once(ref request.IfMatch, value);
            case 10 when Is(name, "connection"u8):
                SetKeepsAlive(value.Of(buffer), ref request);
                return Complete;
            case 13 when Is(name, "if-none-match"u8):
                // A list may come in several lines. The first is enough: what is missed costs a body that was not needed.
                request.IfNoneMatch = request.IfNoneMatch.IsPresent ? request.IfNoneMatch : value;
                return Complete;
            case 14 when Is(name, "content-length"u8):
                return ParseLength(value.Of(buffer), ref request, ref hasLength);
            case 17 when Is(name, "transfer-encoding"u8):
                hasCoding = true;
                return Complete;
            case 17 when Is(name, "if-modified-since"u8):
                return Once(ref request.IfModifiedSince, value);
            case 19 when Is(name, "if-unmodified-since"u8):
                return Once(ref request.IfUnmodifiedSince, value);
            default:
                return Complete;
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase) => Ascii.EqualsIgnoreCase(text, lowerCase);

    private static int Once(ref ByteSlice field, ByteSlice value)
    {
        if (field.IsPresent)
        {
            return 400;
        }

        field = value;
        return Complete;
    }

    private static int ParseLength(ReadOnlySpan<byte> value, ref HttpRequest request, ref bool hasLength)
    {
        bool isNumber = !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        if (hasLength || !isNumber || !Utf8Parser.TryParse(value, out long lengthBytes, out int usedBytes) || usedBytes != value.Length)
        {
            return 400;
        }

        hasLength = true;
        request.BodyBytes = lengthBytes;
        return Complete;
    }

    private static void SetKeepsAlive(ReadOnlySpan<byte> value, ref HttpRequest request)
    {
        foreach (Range part in value.Split((byte)','))
        {
            ReadOnlySpan<byte> option = value[part].Trim(" \t"u8);
            if (Is(option, "close"u8))
            {
                request.KeepsAlive = false;
                return;
            }

            if (request.IsHttp10 && Is(option, "keep-alive"u8))
            {
                request.KeepsAlive = true;
            }
        }
    }
}
