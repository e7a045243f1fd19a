using Sluice.Protocol.Sasl;

namespace Sluice.Metadata.Scram;

/// <summary>What is stored of a user's password (RFC 5802): enough to check it, not enough to log in with it.</summary>
/// <remarks>Whoever reads it can still guess passwords against it, and can pose as the broker; it is never shown or sent.</remarks>
public sealed class ScramCredential
{
    /// <summary>Takes over the parts.</summary>
    /// <param name="mechanism">Which digest the keys are of.</param>
    /// <param name="salt">At least one byte; not to be changed afterwards.</param>
    /// <param name="storedKey">As long as the digest; not to be changed afterwards.</param>
    /// <param name="serverKey">As long as the digest; not to be changed afterwards.</param>
    /// <param name="iterations">1 or more.</param>
    /// <exception cref="ArgumentException">A part has the wrong size.</exception>
    public ScramCredential(ScramMechanism mechanism, byte[] salt, byte[] storedKey, byte[] serverKey, int iterations)
    {
        ArgumentNullException.ThrowIfNull(salt);
        ArgumentNullException.ThrowIfNull(storedKey);
        ArgumentNullException.ThrowIfNull(serverKey);
        if (mechanism is not (ScramMechanism.Sha256 or ScramMechanism.Sha512)) throw new ArgumentException("There is no such mechanism.", nameof(mechanism));
        if (salt.Length == 0) throw new ArgumentException("There is no salt.", nameof(salt));
        if (storedKey.Length != ScramFormulas.KeyBytes(mechanism)) throw new ArgumentException("The stored key has the wrong length.", nameof(storedKey));
        if (serverKey.Length != ScramFormulas.KeyBytes(mechanism)) throw new ArgumentException("The server key has the wrong length.", nameof(serverKey));
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        Mechanism = mechanism;
        Salt = salt;
        StoredKey = storedKey;
        ServerKey = serverKey;
        Iterations = iterations;
    }

    /// <summary>Which digest the keys are of.</summary>
    public ScramMechanism Mechanism { get; }

    /// <summary>What the password was salted with.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>Recognizes a client's proof.</summary>
    public ReadOnlyMemory<byte> StoredKey { get; }

    /// <summary>Makes the broker's proof.</summary>
    public ReadOnlyMemory<byte> ServerKey { get; }

    /// <summary>How often the password was hashed.</summary>
    public int Iterations { get; }

    /// <summary>Derives what is stored from what a client sends to set a password.</summary>
    /// <param name="mechanism">Which digest.</param>
    /// <param name="salt">At least one byte.</param>
    /// <param name="saltedPassword">From <see cref="ScramFormulas.SaltPassword"/>, with the same salt and iterations.</param>
    /// <param name="iterations">1 or more.</param>
    /// <exception cref="ArgumentException">A part has the wrong size.</exception>
    public static ScramCredential FromSaltedPassword(ScramMechanism mechanism, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> saltedPassword, int iterations) => new(
        mechanism,
        salt.ToArray(),
        ScramFormulas.StoredKey(mechanism, ScramFormulas.ClientKey(mechanism, saltedPassword)),
        ScramFormulas.ServerKey(mechanism, saltedPassword),
        iterations);
}
