using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Transfer.Tls;

/// <summary>What a server shows of itself, and what it wants to see of its clients.</summary>
public sealed class TlsServerOptions
{
    /// <summary>The server's certificate, with a key that can be exported. Copied; stays the caller's.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Certificates between it and its authority, nearest first.</summary>
    public X509Certificate2Collection Chain { get; init; } = [];

    /// <summary>The authorities of clients' certificates; null = those of the system. Each counts, whether or not it is a root.</summary>
    public X509Certificate2Collection? Trusted { get; init; }

    /// <summary>Whether clients are asked for a certificate; one that is shown must be good.</summary>
    public bool AsksForClientCertificate { get; init; }

    /// <summary>Whether a client without a certificate is refused.</summary>
    public bool RequiresClientCertificate { get; init; }

    /// <summary>TLS 1.2, 1.3 or both; both by default.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Cipher suites by IANA's names, in order of preference; empty = OpenSSL's choice.</summary>
    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    /// <summary>Whether the kernel is asked to encrypt. False, for comparisons, leaves that to OpenSSL in user space.</summary>
    public bool UsesKernel { get; init; } = true;
}
