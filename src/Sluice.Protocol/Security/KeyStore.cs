using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Protocol.Security;

/// <summary>A file of keys and certificates, or of trusted certificates, by the settings that Kafka's brokers and clients share.</summary>
/// <param name="SettingPrefix"><c>ssl.keystore</c> or <c>ssl.truststore</c>: what messages name.</param>
/// <param name="Type">PEM, PKCS12, or JKS, which is Java's default: then it is the file that decides.</param>
/// <param name="Location">Path of the file; null = there is none.</param>
/// <param name="Password">Opens it; null = it has none.</param>
public sealed record KeyStore(string SettingPrefix, string Type, string? Location, string? Password)
{
    private const uint JksMagic = 0xFEEDFEED;
    private const uint JceksMagic = 0xCECECECE;

    /// <summary>Reads the file.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="KeyStoreException">It cannot be read.</exception>
    public byte[]? ReadFile()
    {
        if (Location is null) return null;
        try
        {
            return File.ReadAllBytes(Location);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyStoreException($"{SettingPrefix}.location: there is no file {Location}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeyStoreException($"{SettingPrefix}.location: {Location} cannot be read: {failure.Message.TrimEnd('.')}", failure);
        }
    }

    /// <summary>Opens the store as one of a key.</summary>
    /// <param name="file">What <see cref="ReadFile"/> read.</param>
    /// <param name="keyPem">The key itself (<c>ssl.keystore.key</c>), which counts before the file; null = none.</param>
    /// <param name="chainPem">Its certificates (<c>ssl.keystore.certificate.chain</c>); null = none.</param>
    /// <param name="keyPassword">Opens an encrypted key (<c>ssl.key.password</c>).</param>
    /// <returns>The certificate with its key, and those between it and its authority; the caller's to dispose. Null if there is neither file nor key.</returns>
    /// <exception cref="KeyStoreException">It cannot be opened; one line says why and what to do.</exception>
    public (X509Certificate2 Certificate, X509Certificate2Collection Chain)? OpenKey(byte[]? file, string? keyPem, string? chainPem, string? keyPassword)
    {
        if (keyPem is not null)
        {
            if (chainPem is null) throw new KeyStoreException("ssl.keystore.key is set and ssl.keystore.certificate.chain is not: both are needed");
            return FromPem(chainPem, keyPem, keyPassword, "ssl.keystore.key and ssl.keystore.certificate.chain");
        }
        if (file is null) return null;
        if (AsPem(file) is { } pem) return FromPem(pem, pem, keyPassword ?? Password, Location!);

        X509Certificate2Collection opened = OpenPkcs12(file);
        X509Certificate2 certificate = opened.FirstOrDefault(static found => found.HasPrivateKey)
            ?? throw new KeyStoreException($"ssl.keystore.location: {Location} holds no key, only certificates; is it the truststore?");
        opened.Remove(certificate);
        return (certificate, opened);
    }

    /// <summary>Opens the store as one of trusted certificates.</summary>
    /// <param name="file">What <see cref="ReadFile"/> read.</param>
    /// <param name="pem">The certificates themselves (<c>ssl.truststore.certificates</c>), which count before the file; null = none.</param>
    /// <returns>At least one; null if there is neither.</returns>
    /// <exception cref="KeyStoreException">It cannot be opened, or is empty.</exception>
    public X509Certificate2Collection? OpenTrusted(byte[]? file, string? pem)
    {
        if (pem is not null) return TrustedFromPem(pem, "ssl.truststore.certificates");
        if (file is null) return null;
        if (AsPem(file) is { } text) return TrustedFromPem(text, Location!);
        X509Certificate2Collection opened = OpenPkcs12(file);
        return opened.Count > 0 ? opened : throw new KeyStoreException($"ssl.truststore.location: {Location} holds no certificates");
    }

    /// <summary>Takes a file's content as PEM.</summary>
    /// <param name="content">As read.</param>
    /// <returns>Null if it is a PKCS#12 store.</returns>
    /// <exception cref="KeyStoreException">It is of a kind that only Java reads, or not of the kind that the settings say.</exception>
    private string? AsPem(byte[] content)
    {
        uint magic = content.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(content) : 0;
        if (magic is JksMagic or JceksMagic)
        {
            throw new KeyStoreException(
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
                throw new KeyStoreException($"{SettingPrefix}.type is {Type}; PEM and PKCS12 are served");
        }
    }

    /// <summary>Opens a PKCS#12 store.</summary>
    /// <exception cref="KeyStoreException">It is none, or the password is wrong.</exception>
    private X509Certificate2Collection OpenPkcs12(byte[] content)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(content, Password, X509KeyStorageFlags.Exportable);
        }
        catch (CryptographicException failure)
        {
            string hint = content.AsSpan().StartsWith("-----BEGIN"u8) ? $"it is PEM: set {SettingPrefix}.type=PEM" : $"is {SettingPrefix}.password right?";
            throw new KeyStoreException($"{SettingPrefix}.location: {Location} cannot be opened as PKCS#12; {hint}", failure);
        }
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Chain) FromPem(string chainPem, string keyPem, string? keyPassword, string where)
    {
        try
        {
            using X509Certificate2 loaded = keyPem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
                ? X509Certificate2.CreateFromEncryptedPem(chainPem, keyPem, keyPassword
                    ?? throw new KeyStoreException($"{where}: the key is encrypted; set ssl.key.password"))
                : X509Certificate2.CreateFromPem(chainPem, keyPem);
            X509Certificate2Collection chain = [];
            chain.ImportFromPem(chainPem);
            foreach (X509Certificate2 own in chain.Where(found => found.RawDataMemory.Span.SequenceEqual(loaded.RawDataMemory.Span)).ToList()) chain.Remove(own);
            // Through PKCS#12, because SslStream on Windows takes no key that was never in a store.
            return (X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable), chain);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new KeyStoreException(
                $"{where}: no key and certificate that belong together can be read as PEM: {failure.Message.TrimEnd('.')}"
                + (keyPassword is null ? "" : "; is the password of the key right?"),
                failure);
        }
    }

    private static X509Certificate2Collection TrustedFromPem(string pem, string where)
    {
        X509Certificate2Collection trusted = [];
        try
        {
            trusted.ImportFromPem(pem);
        }
        catch (CryptographicException failure)
        {
            throw new KeyStoreException($"{where}: {failure.Message.TrimEnd('.')}", failure);
        }
        return trusted.Count > 0 ? trusted : throw new KeyStoreException($"{where} holds no certificates (PEM, -----BEGIN CERTIFICATE-----)");
    }
}
