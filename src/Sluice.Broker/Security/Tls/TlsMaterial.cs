using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Broker.Security.Tls;

/// <summary>The keys and certificates of a listener as its files had them at one moment.</summary>
internal sealed class TlsMaterial
{
    private TlsMaterial(X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection? trusted, byte[] fingerprint)
    {
        Certificate = certificate;
        Chain = chain;
        Trusted = trusted;
        Fingerprint = [.. fingerprint];
    }

    /// <summary>The broker's own, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Those between the broker's and its authority, sent to clients; may hold the authority too.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The authorities that clients' certificates may come from; null = those of the system.</summary>
    public X509Certificate2Collection? Trusted { get; }

    /// <summary>SHA-256 over what the files held.</summary>
    public ImmutableArray<byte> Fingerprint { get; }

    /// <summary>Reads what the settings name.</summary>
    /// <exception cref="TlsSettingsException">Something is missing or cannot be used; one line says what to do.</exception>
    public static TlsMaterial Load(TlsSettings settings)
    {
        byte[]? keyFile = settings.Key.ReadFile();
        byte[]? trustFile = settings.Trust.ReadFile();
        (X509Certificate2 certificate, X509Certificate2Collection chain) = LoadKey(settings, keyFile);
        return new TlsMaterial(certificate, chain, LoadTrusted(settings, trustFile), FingerprintOf(keyFile, trustFile));
    }

    /// <summary>Looks whether the files hold something else by now.</summary>
    /// <exception cref="TlsSettingsException">One cannot be read.</exception>
    public static ImmutableArray<byte> FingerprintNow(TlsSettings settings) => [.. FingerprintOf(settings.Key.ReadFile(), settings.Trust.ReadFile())];

    /// <summary>The DNS names and addresses that the certificate is for.</summary>
    public ImmutableHashSet<string> AlternativeNames()
    {
        var names = ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase);
        foreach (X509SubjectAlternativeNameExtension extension in Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            names.UnionWith(extension.EnumerateDnsNames());
            names.UnionWith(extension.EnumerateIPAddresses().Select(static address => address.ToString()));
        }
        return names.ToImmutable();
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Chain) LoadKey(TlsSettings settings, byte[]? file)
    {
        if (settings.KeyPem is { } keyPem)
        {
            if (settings.ChainPem is not { } chainPem) throw new TlsSettingsException("ssl.keystore.key is set and ssl.keystore.certificate.chain is not: both are needed");
            return FromPem(chainPem, keyPem, settings.KeyPassword, "ssl.keystore.key and ssl.keystore.certificate.chain");
        }
        if (file is null)
        {
            throw new TlsSettingsException(
                "ssl.keystore.location is not set: a TLS listener needs a key and its certificate (a PEM file with ssl.keystore.type=PEM, or a PKCS12 store)");
        }
        if (settings.Key.AsPem(file) is { } pem) return FromPem(pem, pem, settings.KeyPassword ?? settings.Key.Password, settings.Key.Location!);

        X509Certificate2Collection opened = settings.Key.OpenPkcs12(file);
        X509Certificate2 certificate = opened.FirstOrDefault(static found => found.HasPrivateKey)
            ?? throw new TlsSettingsException($"ssl.keystore.location: {settings.Key.Location} holds no key, only certificates; is it the truststore?");
        opened.Remove(certificate);
        return (certificate, opened);
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Chain) FromPem(string chainPem, string keyPem, string? keyPassword, string where)
    {
        try
        {
            using X509Certificate2 loaded = keyPem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
                ? X509Certificate2.CreateFromEncryptedPem(chainPem, keyPem, keyPassword
                    ?? throw new TlsSettingsException($"{where}: the key is encrypted; set ssl.key.password"))
                : X509Certificate2.CreateFromPem(chainPem, keyPem);
            X509Certificate2Collection chain = [];
            chain.ImportFromPem(chainPem);
            foreach (X509Certificate2 own in chain.Where(found => found.RawDataMemory.Span.SequenceEqual(loaded.RawDataMemory.Span)).ToList()) chain.Remove(own);
            // Through PKCS#12, because SslStream on Windows takes no key that was never in a store.
            return (X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable), chain);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new TlsSettingsException(
                $"{where}: no key and certificate that belong together can be read as PEM: {failure.Message.TrimEnd('.')}"
                + (keyPassword is null ? "" : "; is the password of the key right?"),
                failure);
        }
    }

    private static X509Certificate2Collection? LoadTrusted(TlsSettings settings, byte[]? file)
    {
        if (settings.TrustPem is { } inline) return TrustedFromPem(inline, "ssl.truststore.certificates");
        if (file is null) return null;
        if (settings.Trust.AsPem(file) is { } pem) return TrustedFromPem(pem, settings.Trust.Location!);
        X509Certificate2Collection opened = settings.Trust.OpenPkcs12(file);
        return opened.Count > 0 ? opened : throw new TlsSettingsException($"ssl.truststore.location: {settings.Trust.Location} holds no certificates");
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
            throw new TlsSettingsException($"{where}: {failure.Message.TrimEnd('.')}", failure);
        }
        return trusted.Count > 0 ? trusted : throw new TlsSettingsException($"{where} holds no certificates (PEM, -----BEGIN CERTIFICATE-----)");
    }

    private static byte[] FingerprintOf(byte[]? keyFile, byte[]? trustFile)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(keyFile ?? []));
        hash.AppendData(SHA256.HashData(trustFile ?? []));
        return hash.GetHashAndReset();
    }
}
