using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Protocol.Security;

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
        try
        {
            byte[]? keyFile = settings.Key.ReadFile();
            byte[]? trustFile = settings.Trust.ReadFile();
            (X509Certificate2 certificate, X509Certificate2Collection chain) = settings.Key.OpenKey(keyFile, settings.KeyPem, settings.ChainPem, settings.KeyPassword)
                ?? throw new TlsSettingsException(
                    "ssl.keystore.location is not set: a TLS listener needs a key and its certificate (a PEM file with ssl.keystore.type=PEM, or a PKCS12 store)");
            return new TlsMaterial(certificate, chain, settings.Trust.OpenTrusted(trustFile, settings.TrustPem), FingerprintOf(keyFile, trustFile));
        }
        catch (KeyStoreException failure)
        {
            throw new TlsSettingsException(failure.Message, failure);
        }
    }

    /// <summary>Looks whether the files hold something else by now.</summary>
    /// <exception cref="TlsSettingsException">One cannot be read.</exception>
    public static ImmutableArray<byte> FingerprintNow(TlsSettings settings)
    {
        try
        {
            return [.. FingerprintOf(settings.Key.ReadFile(), settings.Trust.ReadFile())];
        }
        catch (KeyStoreException failure)
        {
            throw new TlsSettingsException(failure.Message, failure);
        }
    }

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

    private static byte[] FingerprintOf(byte[]? keyFile, byte[]? trustFile)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(keyFile ?? []));
        hash.AppendData(SHA256.HashData(trustFile ?? []));
        return hash.GetHashAndReset();
    }
}
