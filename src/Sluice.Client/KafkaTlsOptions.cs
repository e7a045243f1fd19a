using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Client;

/// <summary>How a client encrypts its connections and whom it believes. Not to be changed once it is in use.</summary>
public sealed class KafkaTlsOptions
{
    /// <summary>The authorities that brokers' certificates may come from (<c>ssl.truststore</c>); null, the default = those of the system.</summary>
    public X509Certificate2Collection? TrustedCertificates { get; set; }

    /// <summary>What the client shows of itself, with its key (<c>ssl.keystore</c>); null = nothing.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>Certificates between <see cref="ClientCertificate"/> and its authority.</summary>
    public X509Certificate2Collection ClientChain { get; set; } = [];

    /// <summary>Whether the broker's certificate must be for the host that was called; true by default. False is
    /// <c>ssl.endpoint.identification.algorithm=</c> (empty), and lets anybody with a certificate of the same authority stand in for the broker.</summary>
    public bool ChecksHostName { get; set; } = true;

    internal SslClientAuthenticationOptions ForHost(string host)
    {
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ClientCertificateContext = ClientCertificate is null ? null : SslStreamCertificateContext.Create(ClientCertificate, ClientChain, offline: true),
        };
        if (TrustedCertificates is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(TrustedCertificates);
        }
        if (!ChecksHostName)
            options.RemoteCertificateValidationCallback = static (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        return options;
    }
}
