using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Protocol.Sasl;

/// <summary>The text of SCRAM messages (RFC 5802, section 7): names, nonces, and the attributes between the commas.</summary>
public static class ScramText
{
    // More than RFC 5802 and Kafka's clients use; it becomes 32 characters.
    private const int NonceBytes = 24;

    /// <summary>Makes a nonce that nobody can guess, of printable characters without a comma.</summary>
    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <summary>Writes a name as a <c>saslname</c>: ',' and '=' would end it.</summary>
    /// <param name="name">Any text.</param>
    public static string EncodeName(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>Reads a <c>saslname</c>.</summary>
    /// <param name="text">Without commas.</param>
    /// <param name="name">The name; null = the text is none.</param>
    /// <returns>False = empty, or an '=' that begins neither =2C nor =3D.</returns>
    public static bool TryDecodeName(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (text.IsEmpty) return false;
        var plain = new StringBuilder(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] != '=')
            {
                plain.Append(text[index]);
                continue;
            }
            ReadOnlySpan<char> code = text[(index + 1)..];
            if (code.StartsWith("2C", StringComparison.Ordinal)) plain.Append(',');
            else if (code.StartsWith("3D", StringComparison.Ordinal)) plain.Append('=');
            else return false;
            index += 2;
        }
        name = plain.ToString();
        return true;
    }

    /// <summary>Whether a text can be a nonce: printable characters of ASCII without a comma, at least one.</summary>
    /// <param name="text">Any text.</param>
    public static bool IsNonce(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('!', '~') && !text.Contains(',');

    /// <summary>Reads the value of the attribute <paramref name="key"/> from one part of a message.</summary>
    /// <param name="part">What stands between two commas.</param>
    /// <param name="key">One letter.</param>
    /// <param name="value">Behind the '='.</param>
    /// <returns>False = it is another attribute, or none.</returns>
    public static bool TryRead(ReadOnlySpan<char> part, char key, out string value)
    {
        bool isIt = part.Length >= 2 && part[0] == key && part[1] == '=';
        value = isIt ? part[2..].ToString() : "";
        return isIt;
    }

    /// <summary>Reads base64 with its padding.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="bytes">At least one byte; null = the text is no base64, or stands for nothing.</param>
    public static bool TryReadBase64(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        byte[] buffer = new byte[(text.Length + 3) / 4 * 3];
        int count = 0;
        bool isBase64 = !text.AsSpan().ContainsAny(" \t\r\n") && Convert.TryFromBase64String(text, buffer, out count);
        bytes = isBase64 && count > 0 ? buffer[..count] : null;
        return bytes is not null;
    }
}
