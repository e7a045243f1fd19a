using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using Sluice.Metadata.Configs;
using Sluice.Protocol.Security;

namespace Sluice.Broker.Security.Tls;

/// <summary>The <c>ssl.</c> settings of one listener, checked as far as that goes without its files.</summary>
internal sealed class TlsSettings
{
    private TlsSettings(BrokerSettings settings)
    {
        Key = new KeyStore("ssl.keystore", settings.GetString(BrokerConfigKeys.SslKeystoreType)!, settings.GetString(BrokerConfigKeys.SslKeystoreLocation),
            settings.GetString(BrokerConfigKeys.SslKeystorePassword));
        KeyPem = settings.GetString(BrokerConfigKeys.SslKeystoreKey);
        ChainPem = settings.GetString(BrokerConfigKeys.SslKeystoreCertificateChain);
        KeyPassword = settings.GetString(BrokerConfigKeys.SslKeyPassword);
        Trust = new KeyStore("ssl.truststore", settings.GetString(BrokerConfigKeys.SslTruststoreType)!, settings.GetString(BrokerConfigKeys.SslTruststoreLocation),
            settings.GetString(BrokerConfigKeys.SslTruststorePassword));
        TrustPem = settings.GetString(BrokerConfigKeys.SslTruststoreCertificates);
        ClientAuth = settings.GetString(BrokerConfigKeys.SslClientAuth) switch
        {
            "required" => TlsClientAuth.Required,
            "requested" => TlsClientAuth.Requested,
            _ => TlsClientAuth.None,
        };
        Protocols = ReadProtocols(settings.GetList(BrokerConfigKeys.SslEnabledProtocols));
        CipherSuites = ReadCipherSuites(settings.GetList(BrokerConfigKeys.SslCipherSuites));
        Mapper = SslPrincipalMapper.Parse(settings.GetString(BrokerConfigKeys.SslPrincipalMappingRules)!);
        AllowsSubjectChanges = settings.GetBoolean(BrokerConfigKeys.SslAllowDnChanges);
        AllowsAlternativeNameChanges = settings.GetBoolean(BrokerConfigKeys.SslAllowSanChanges);
    }

    /// <summary>Where key and certificates are.</summary>
    public KeyStore Key { get; }

    /// <summary>The key itself, as PEM; null if it is in <see cref="Key"/>.</summary>
    public string? KeyPem { get; }

    /// <summary>The broker's certificate and those between it and the authority, as PEM; null if they are in <see cref="Key"/>.</summary>
    public string? ChainPem { get; }

    /// <summary>Opens an encrypted key.</summary>
    public string? KeyPassword { get; }

    /// <summary>Where the authorities of clients are.</summary>
    public KeyStore Trust { get; }

    /// <summary>The authorities themselves, as PEM; null if they are in <see cref="Trust"/>.</summary>
    public string? TrustPem { get; }

    public TlsClientAuth ClientAuth { get; }

    public SslProtocols Protocols { get; }

    /// <summary>Empty = the library's choice.</summary>
    public ImmutableArray<TlsCipherSuite> CipherSuites { get; }

    /// <summary>Makes principals of certificates' subjects.</summary>
    public SslPrincipalMapper Mapper { get; }

    /// <summary>Whether a renewed certificate may have another subject.</summary>
    public bool AllowsSubjectChanges { get; }

    /// <summary>Whether a renewed certificate may lose alternative names.</summary>
    public bool AllowsAlternativeNameChanges { get; }

    /// <summary>Reads the settings of a listener.</summary>
    /// <param name="settings">Those of the listener (<see cref="BrokerSettings.ForListener"/>).</param>
    /// <exception cref="TlsSettingsException">A value cannot be used; one line says which and what to do.</exception>
    public static TlsSettings From(BrokerSettings settings) => new(settings);

    private static SslProtocols ReadProtocols(ImmutableArray<string> names)
    {
        SslProtocols protocols = SslProtocols.None;
        foreach (string name in names)
        {
            protocols |= name switch
            {
                "TLSv1.2" => SslProtocols.Tls12,
                "TLSv1.3" => SslProtocols.Tls13,
                _ => throw new TlsSettingsException($"ssl.enabled.protocols names {name}; TLSv1.2 and TLSv1.3 are served, what is older is broken"),
            };
        }
        return protocols == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : protocols;
    }

    private static ImmutableArray<TlsCipherSuite> ReadCipherSuites(ImmutableArray<string> names) =>
    [
        .. names.Select(static name => Enum.TryParse(name, out TlsCipherSuite suite) && Enum.IsDefined(suite)
            ? suite
            : throw new TlsSettingsException($"ssl.cipher.suites names {name}, which is no cipher suite: names are those of IANA, such as TLS_AES_256_GCM_SHA384")),
    ];
}
