using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Testing;

/// <summary>A certificate that vouches for itself, for the names of this machine's loopback address.</summary>
internal sealed class TestCertificate
{
    // The test's clock may show any year.
    private static readonly DateTimeOffset ValidFrom = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset ValidTo = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // One for all brokers of the process, so that clients which are shared by tests can trust it once.
    private static readonly Lazy<TestCertificate> s_shared = new(static () => new TestCertificate());

    private TestCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=Sluice.Testing", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 certificate = request.CreateSelfSigned(ValidFrom, ValidTo);
        Pem = certificate.ExportCertificatePem() + "\n";
        KeyPem = key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>The one of this process, made when it is first wanted.</summary>
    public static TestCertificate Shared => s_shared.Value;

    /// <summary>What clients trust.</summary>
    public string Pem { get; }

    /// <summary>The key, not encrypted.</summary>
    public string KeyPem { get; }
}
