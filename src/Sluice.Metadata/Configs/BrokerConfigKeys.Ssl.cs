using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// TLS listeners.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey SslKeystoreLocation = Declare.Text("ssl.keystore.location", null, Any, Medium, PerBroker, HonouredAtStart,
        "File of the key and its certificates.");
    public static readonly ConfigKey SslKeystorePassword = Declare.Password("ssl.keystore.password", Medium, PerBroker, HonouredAtStart,
        "Password of that file.");
    public static readonly ConfigKey SslKeystoreType = Declare.Text("ssl.keystore.type", "JKS", Any, Medium, PerBroker, HonouredAtStart,
        "Format of that file.");
    public static readonly ConfigKey SslKeystoreKey = Declare.Password("ssl.keystore.key", Medium, PerBroker, HonouredAtStart,
        "The key itself, as PEM.");
    public static readonly ConfigKey SslKeystoreCertificateChain = Declare.Password("ssl.keystore.certificate.chain", Medium, PerBroker, HonouredAtStart,
        "The certificates themselves, as PEM.");
    public static readonly ConfigKey SslKeyPassword = Declare.Password("ssl.key.password", Medium, PerBroker, HonouredAtStart,
        "Password of the key.");
    public static readonly ConfigKey SslTruststoreLocation = Declare.Text("ssl.truststore.location", null, Any, Medium, PerBroker, HonouredAtStart,
        "File of trusted certificates.");
    public static readonly ConfigKey SslTruststorePassword = Declare.Password("ssl.truststore.password", Medium, PerBroker, HonouredAtStart,
        "Password of that file.");
    public static readonly ConfigKey SslTruststoreType = Declare.Text("ssl.truststore.type", "JKS", Any, Medium, PerBroker, HonouredAtStart,
        "Format of that file.");
    public static readonly ConfigKey SslTruststoreCertificates = Declare.Password("ssl.truststore.certificates", Medium, PerBroker, HonouredAtStart,
        "The trusted certificates themselves, as PEM.");
    public static readonly ConfigKey SslClientAuth = Declare.Text("ssl.client.auth", "none", OneOf("required", "requested", "none"), Medium, PerBroker, HonouredAtStart,
        "Whether clients must show a certificate.");
    public static readonly ConfigKey SslProtocol = Declare.Text("ssl.protocol", "TLSv1.3", Any, Medium, PerBroker, JavaTls,
        "TLS version preferred.");
    public static readonly ConfigKey SslEnabledProtocols = Declare.List("ssl.enabled.protocols", "TLSv1.2,TLSv1.3", AnyList, Medium, PerBroker, HonouredAtStart,
        "TLS versions offered.");
    public static readonly ConfigKey SslCipherSuites = Declare.List("ssl.cipher.suites", "", AnyList, Medium, PerBroker, HonouredAtStart,
        "Cipher suites offered; empty: the library's choice.");
    public static readonly ConfigKey SslProvider = Declare.Text("ssl.provider", null, Any, Medium, PerBroker, JavaTls,
        "Java security provider.");
    public static readonly ConfigKey SslKeymanagerAlgorithm = Declare.Text("ssl.keymanager.algorithm", "SunX509", Any, Medium, PerBroker, JavaTls,
        "Java algorithm of key managers.");
    public static readonly ConfigKey SslTrustmanagerAlgorithm = Declare.Text("ssl.trustmanager.algorithm", "PKIX", Any, Medium, PerBroker, JavaTls,
        "Java algorithm of trust managers.");
    public static readonly ConfigKey SslEndpointIdentificationAlgorithm = Declare.Text("ssl.endpoint.identification.algorithm", "https", Any, Low, PerBroker,
        SingleNode,
        "How host names are checked when connecting.");
    public static readonly ConfigKey SslSecureRandomImplementation = Declare.Text("ssl.secure.random.implementation", null, Any, Low, PerBroker, JavaTls,
        "Java source of random numbers.");
    public static readonly ConfigKey SslEngineFactoryClass = Declare.Class("ssl.engine.factory.class", null, Low, PerBroker, Plugins,
        "Class that makes TLS engines.");
    public static readonly ConfigKey SslPrincipalMappingRules = Declare.Text("ssl.principal.mapping.rules", "DEFAULT", Any, Low, ReadOnly, Honoured,
        "Rules from certificate names to principals.");
    public static readonly ConfigKey SslAllowDnChanges = Declare.Boolean("ssl.allow.dn.changes", false, Low, ReadOnly, Honoured,
        "Whether a renewed certificate may have another subject.");
    public static readonly ConfigKey SslAllowSanChanges = Declare.Boolean("ssl.allow.san.changes", false, Low, ReadOnly, Honoured,
        "Whether a renewed certificate may lose alternative names.");
}
