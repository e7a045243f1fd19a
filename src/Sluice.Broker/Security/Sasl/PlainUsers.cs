using System.Security.Cryptography;
using System.Text;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The users of PLAIN: the <c>user_NAME="PASSWORD"</c> options of a JAAS entry.</summary>
/// <remarks>Keeps digests only. Comparing takes the same time whether there is such a user or not, and however much of the password is right.</remarks>
internal sealed class PlainUsers
{
    private const string OptionPrefix = "user_";

    private readonly Dictionary<string, byte[]> _digests = new(StringComparer.Ordinal);
    private readonly byte[] _nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    public PlainUsers(JaasConfig config)
    {
        foreach ((string option, string password) in config.Options)
        {
            if (option.Length > OptionPrefix.Length && option.StartsWith(OptionPrefix, StringComparison.Ordinal)) _digests.Add(option[OptionPrefix.Length..], Digest(password));
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _digests.Count;

    /// <summary>Whether it is this user's password.</summary>
    public bool IsRight(string userName, string password)
    {
        bool isKnown = _digests.TryGetValue(userName, out byte[]? digest);
        return CryptographicOperations.FixedTimeEquals(Digest(password), digest ?? _nobody) & isKnown;
    }

    // Of one length, so that the comparison does not tell how long the password is.
    private static byte[] Digest(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
