using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Broker.Tests.Support;

/// <summary>A certificate authority of one test: issues certificates for 127.0.0.1, good and bad ones.</summary>
internal sealed class TestAuthority : IDisposable
{
    // One for all certificates that are issued: making one takes longer than most tests.
    private static readonly RSA LeafKey = RSA.Create(2048);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="name">Its common name.</param>
    /// <param name="issuer">Who vouches for it; null = nobody, it is a root.</param>
    public TestAuthority(string name = "Test Authority", TestAuthority? issuer = null)
    {
        CertificateRequest request = new($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Certificate = issuer is null
            ? request.CreateSelfSigned(now.AddYears(-10), now.AddYears(10))
            : request.Create(issuer.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer._key), now.AddYears(-9), now.AddYears(9), RandomNumberGenerator.GetBytes(8));
    }

    /// <summary>The authority's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What a truststore holds.</summary>
    public string Pem => Certificate.ExportCertificatePem();

    /// <summary>What a client trusts.</summary>
    public X509Certificate2Collection Trusted => [X509CertificateLoader.LoadCertificate(Certificate.RawData)];

    /// <summary>Issues a certificate for both ends of TLS.</summary>
    /// <param name="subject">For example <c>CN=broker</c>.</param>
    /// <param name="host">Name or address that it is for; null = none.</param>
    /// <param name="validUntil">In the past for one that expired; null = in a year.</param>
    public X509Certificate2 Issue(string subject, string? host = "127.0.0.1", DateTimeOffset? validUntil = null)
    {
        CertificateRequest request = new(new X500DistinguishedName(subject), LeafKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        if (host is not null)
        {
            SubjectAlternativeNameBuilder names = new();
            if (IPAddress.TryParse(host, out IPAddress? address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }
        DateTimeOffset until = validUntil ?? DateTimeOffset.UtcNow.AddYears(1);
        using X509Certificate2 issued = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), until.AddYears(-2), until,
            RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(LeafKey);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>Key and certificate in one PEM file, as Kafka's <c>ssl.keystore.type=PEM</c> wants it.</summary>
    /// <param name="certificate">With its key.</param>
    /// <param name="password">Encrypts the key; null = nothing does.</param>
    public static string KeystorePem(X509Certificate2 certificate, string? password = null)
    {
        using RSA key = certificate.GetRSAPrivateKey()!;
        string keyPem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000));
        return $"{keyPem}\n{certificate.ExportCertificatePem()}\n";
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}
