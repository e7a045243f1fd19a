using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Broker.Security.Tls;

/// <summary>A file of keys and certificates, or of trusted certificates, by its settings.</summary>
/// <param name="SettingPrefix"><c>ssl.keystore</c> or <c>ssl.truststore</c>: what messages name.</param>
/// <param name="Type">PEM, PKCS12, or JKS, which is Java's default: then it is the file that decides.</param>
/// <param name="Location">Path of the file; null = there is none.</param>
/// <param name="Password">Opens it; null = it has none.</param>
internal sealed record TlsStore(string SettingPrefix, string Type, string? Location, string? Password)
{
    private const uint JksMagic = 0xFEEDFEED;
    private const uint JceksMagic = 0xCECECECE;

    /// <summary>Reads the file.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="TlsSettingsException">It cannot be read.</exception>
    public byte[]? ReadFile()
    {
        if (Location is null) return null;
        try
        {
            return File.ReadAllBytes(Location);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TlsSettingsException($"{SettingPrefix}.location: there is no file {Location}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TlsSettingsException($"{SettingPrefix}.location: {Location} cannot be read: {failure.Message.TrimEnd('.')}", failure);
        }
    }

    /// <summary>Takes a file's content as PEM.</summary>
    /// <param name="content">As read.</param>
    /// <returns>Null if it is a PKCS#12 store.</returns>
    /// <exception cref="TlsSettingsException">It is of a kind that only Java reads, or not of the kind that the settings say.</exception>
    public string? AsPem(byte[] content)
    {
        uint magic = content.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(content) : 0;
        if (magic is JksMagic or JceksMagic)
        {
            throw new TlsSettingsException(
                $"{SettingPrefix}.location: {Location} is a JKS store, which only Java reads; convert it (keytool -importkeystore -srckeystore {Location} "
                + $"-destkeystore store.p12 -deststoretype PKCS12) and set {SettingPrefix}.type=PKCS12");
        }
        switch (Type.ToUpperInvariant())
        {
            case "PEM":
                return Encoding.UTF8.GetString(content);
            case "PKCS12" or "JKS":
                // What Java calls JKS by default opens PKCS#12 as well; PEM it would refuse.
                return null;
            default:
                throw new TlsSettingsException($"{SettingPrefix}.type is {Type}; PEM and PKCS12 are served");
        }
    }

    /// <summary>Opens a PKCS#12 store.</summary>
    /// <exception cref="TlsSettingsException">It is none, or the password is wrong.</exception>
    public X509Certificate2Collection OpenPkcs12(byte[] content)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(content, Password, X509KeyStorageFlags.Exportable);
        }
        catch (CryptographicException failure)
        {
            string hint = content.AsSpan().StartsWith("-----BEGIN"u8) ? $"it is PEM: set {SettingPrefix}.type=PEM" : $"is {SettingPrefix}.password right?";
            throw new TlsSettingsException($"{SettingPrefix}.location: {Location} cannot be opened as PKCS#12; {hint}", failure);
        }
    }
}
