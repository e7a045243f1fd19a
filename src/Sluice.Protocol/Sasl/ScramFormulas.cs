using System.Security.Cryptography;
using System.Text;

namespace Sluice.Protocol.Sasl;

/// <summary>The computations of SCRAM: RFC 5802, section 3.</summary>
/// <remarks>Passwords are taken as UTF-8, as Kafka does, without the preparation of RFC 4013.</remarks>
public static class ScramFormulas
{
    /// <summary>Fewest iterations that Kafka and its clients accept.</summary>
    public const int IterationsMin = 4096;

    /// <summary>Most iterations of a credential that Kafka stores.</summary>
    public const int IterationsMax = 16384;

    /// <summary>Bytes of a digest, and so of every key and proof.</summary>
    /// <param name="mechanism">Which one.</param>
    public static int KeyBytes(ScramMechanism mechanism) => mechanism == ScramMechanism.Sha256 ? SHA256.HashSizeInBytes : SHA512.HashSizeInBytes;

    /// <summary>SaltedPassword: <c>Hi(password, salt, iterations)</c>, which is PBKDF2.</summary>
    /// <param name="mechanism">Which digest.</param>
    /// <param name="password">Any text.</param>
    /// <param name="salt">At least one byte.</param>
    /// <param name="iterations">1 or more; the time that it takes grows with them.</param>
    public static byte[] SaltPassword(ScramMechanism mechanism, string password, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashName(mechanism), KeyBytes(mechanism));

    /// <summary>ClientKey: <c>HMAC(SaltedPassword, "Client Key")</c>. Whoever has it can log in.</summary>
    /// <param name="mechanism">Which digest.</param>
    /// <param name="saltedPassword">From <see cref="SaltPassword"/>.</param>
    public static byte[] ClientKey(ScramMechanism mechanism, ReadOnlySpan<byte> saltedPassword) => Hmac(mechanism, saltedPassword, "Client Key"u8);

    /// <summary>StoredKey: <c>H(ClientKey)</c>, by which a server recognizes a client's proof.</summary>
    /// <param name="mechanism">Which digest.</param>
    /// <param name="clientKey">From <see cref="ClientKey"/>.</param>
    public static byte[] StoredKey(ScramMechanism mechanism, ReadOnlySpan<byte> clientKey) =>
        mechanism == ScramMechanism.Sha256 ? SHA256.HashData(clientKey) : SHA512.HashData(clientKey);

    /// <summary>ServerKey: <c>HMAC(SaltedPassword, "Server Key")</c>, with which a server proves that it knows the user.</summary>
    /// <param name="mechanism">Which digest.</param>
    /// <param name="saltedPassword">From <see cref="SaltPassword"/>.</param>
    public static byte[] ServerKey(ScramMechanism mechanism, ReadOnlySpan<byte> saltedPassword) => Hmac(mechanism, saltedPassword, "Server Key"u8);

    /// <summary>ClientSignature with StoredKey, ServerSignature with ServerKey: <c>HMAC(key, AuthMessage)</c>.</summary>
    /// <param name="mechanism">Which digest.</param>
    /// <param name="key">StoredKey or ServerKey.</param>
    /// <param name="authMessage">The first messages of both sides and the last of the client without its proof, with commas between.</param>
    public static byte[] Sign(ScramMechanism mechanism, ReadOnlySpan<byte> key, string authMessage) => Hmac(mechanism, key, Encoding.UTF8.GetBytes(authMessage));

    /// <summary>Combines two values bit by bit: ClientKey with ClientSignature is the proof, the proof with ClientSignature is ClientKey.</summary>
    /// <param name="left">As long as <paramref name="right"/>.</param>
    /// <param name="right">As long as <paramref name="left"/>.</param>
    public static byte[] ExclusiveOr(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(left.Length, right.Length);
        byte[] combined = new byte[left.Length];
        for (int index = 0; index < combined.Length; index++) combined[index] = (byte)(left[index] ^ right[index]);
        return combined;
    }

    private static byte[] Hmac(ScramMechanism mechanism, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
        mechanism == ScramMechanism.Sha256 ? HMACSHA256.HashData(key, data) : HMACSHA512.HashData(key, data);

    private static HashAlgorithmName HashName(ScramMechanism mechanism) => mechanism switch
    {
        ScramMechanism.Sha256 => HashAlgorithmName.SHA256,
        ScramMechanism.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(mechanism)),
    };
}
