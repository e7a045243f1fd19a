using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Authentication by SASL.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey SaslEnabledMechanisms = Declare.List("sasl.enabled.mechanisms", "GSSAPI", AnyList, Medium, PerBroker, HonouredAtStart,
        "Mechanisms offered to clients.");
    public static readonly ConfigKey SaslJaasConfig = Declare.Password("sasl.jaas.config", Medium, PerBroker, HonouredAtStart,
        "Login modules and their secrets.");
    public static readonly ConfigKey SaslMechanismInterBrokerProtocol = Declare.Text("sasl.mechanism.inter.broker.protocol", "GSSAPI", Any, Medium,
        PerBroker, SingleNode,
        "Mechanism between brokers.");
    public static readonly ConfigKey SaslMechanismControllerProtocol = Declare.Text("sasl.mechanism.controller.protocol", "GSSAPI", Any, High, ReadOnly,
        Quorum,
        "Mechanism towards controllers.");
    public static readonly ConfigKey SaslServerCallbackHandlerClass = Declare.Class("sasl.server.callback.handler.class", null, Medium, ReadOnly,
        Honoured,
        "Class that checks tokens of OAUTHBEARER: one of Kafka's own, the signed or the unsecured, by name.");
    public static readonly ConfigKey SaslClientCallbackHandlerClass = Declare.Class("sasl.client.callback.handler.class", null, Medium, ReadOnly,
        BrokerLogsInNowhere,
        "Class that supplies credentials.");
    public static readonly ConfigKey SaslLoginCallbackHandlerClass = Declare.Class("sasl.login.callback.handler.class", null, Medium, ReadOnly,
        BrokerLogsInNowhere,
        "Class that supplies login credentials.");
    public static readonly ConfigKey SaslLoginClass = Declare.Class("sasl.login.class", null, Medium, ReadOnly, BrokerLogsInNowhere,
        "Class that logs in.");
    public static readonly ConfigKey SaslLoginConnectTimeoutMs = Declare.Int("sasl.login.connect.timeout.ms", null, Any, Low, ReadOnly, Honoured,
        "Time to connect to where the issuer's keys are. Unset: 10 s.");
    public static readonly ConfigKey SaslLoginReadTimeoutMs = Declare.Int("sasl.login.read.timeout.ms", null, Any, Low, ReadOnly, Honoured,
        "Time to read the issuer's keys. Unset: 10 s.");
    public static readonly ConfigKey SaslLoginRefreshBufferSeconds = Declare.Short("sasl.login.refresh.buffer.seconds", 300, Any, Medium, PerBroker,
        BrokerLogsInNowhere,
        "Time before expiry at which a login is renewed.");
    public static readonly ConfigKey SaslLoginRefreshMinPeriodSeconds = Declare.Short("sasl.login.refresh.min.period.seconds", 60, Any, Medium, PerBroker,
        BrokerLogsInNowhere,
        "Shortest time between two renewals.");
    public static readonly ConfigKey SaslLoginRefreshWindowFactor = Declare.Real("sasl.login.refresh.window.factor", "0.8", Any, Medium, PerBroker,
        BrokerLogsInNowhere,
        "Share of a login's life after which it is renewed.");
    public static readonly ConfigKey SaslLoginRefreshWindowJitter = Declare.Real("sasl.login.refresh.window.jitter", "0.05", Any, Medium, PerBroker,
        BrokerLogsInNowhere,
        "Random share added to that.");
    public static readonly ConfigKey SaslLoginRetryBackoffMs = Declare.Long("sasl.login.retry.backoff.ms", 100, Any, Low, ReadOnly, BrokerLogsInNowhere,
        "First pause after a failed login.");
    public static readonly ConfigKey SaslLoginRetryBackoffMaxMs = Declare.Long("sasl.login.retry.backoff.max.ms", 10000, Any, Low, ReadOnly, BrokerLogsInNowhere,
        "Longest pause after a failed login.");
    public static readonly ConfigKey SaslServerMaxReceiveSize = Declare.Int("sasl.server.max.receive.size", 524_288, Any, Medium, ReadOnly, Honoured,
        "Largest SASL message before a client is authenticated.");
    public static readonly ConfigKey ConnectionsMaxReauthMs = Declare.Long("connections.max.reauth.ms", 0, Any, Medium, ReadOnly, Honoured,
        "Longest life of an authenticated session before it must authenticate again.");
    public static readonly ConfigKey SaslKerberosKinitCmd = Declare.Text("sasl.kerberos.kinit.cmd", "/usr/bin/kinit", Any, Medium, PerBroker, Kerberos,
        "Path of kinit.");
    public static readonly ConfigKey SaslKerberosMinTimeBeforeRelogin = Declare.Long("sasl.kerberos.min.time.before.relogin", 60000, Any, Medium, PerBroker,
        Kerberos,
        "Shortest time between two Kerberos logins.");
    public static readonly ConfigKey SaslKerberosPrincipalToLocalRules = Declare.List("sasl.kerberos.principal.to.local.rules", "DEFAULT", AnyList, Medium,
        PerBroker, Kerberos,
        "Rules from Kerberos principals to short names.");
    public static readonly ConfigKey SaslKerberosServiceName = Declare.Text("sasl.kerberos.service.name", null, Any, Medium, PerBroker, Kerberos,
        "Kerberos name of the service.");
    public static readonly ConfigKey SaslKerberosTicketRenewJitter = Declare.Real("sasl.kerberos.ticket.renew.jitter", "0.05", Any, Medium, PerBroker,
        Kerberos,
        "Random share added to the renewal time.");
    public static readonly ConfigKey SaslKerberosTicketRenewWindowFactor = Declare.Real("sasl.kerberos.ticket.renew.window.factor", "0.8", Any, Medium,
        PerBroker, Kerberos,
        "Share of a ticket's life after which it is renewed.");
    public static readonly ConfigKey SaslOauthbearerAssertionAlgorithm = Declare.Text("sasl.oauthbearer.assertion.algorithm", "RS256",
        OneOfIgnoringCase("ES256", "RS256"), Medium, ReadOnly, BrokerLogsInNowhere,
        "Signature algorithm of assertions.");
    public static readonly ConfigKey SaslOauthbearerAssertionClaimAud = Declare.Text("sasl.oauthbearer.assertion.claim.aud", null, Any, Medium, ReadOnly,
        BrokerLogsInNowhere,
        "Audience claim of assertions.");
    public static readonly ConfigKey SaslOauthbearerAssertionClaimExpSeconds = Declare.Int("sasl.oauthbearer.assertion.claim.exp.seconds", 300, Between(0,
        86400), Low, ReadOnly, BrokerLogsInNowhere,
        "Life of assertions.");
    public static readonly ConfigKey SaslOauthbearerAssertionClaimIss = Declare.Text("sasl.oauthbearer.assertion.claim.iss", null, Any, Medium, ReadOnly,
        BrokerLogsInNowhere,
        "Issuer claim of assertions.");
    public static readonly ConfigKey SaslOauthbearerAssertionClaimJtiInclude = Declare.Boolean("sasl.oauthbearer.assertion.claim.jti.include", false, Medium,
        ReadOnly, BrokerLogsInNowhere,
        "Whether assertions carry an id.");
    public static readonly ConfigKey SaslOauthbearerAssertionClaimNbfSeconds = Declare.Int("sasl.oauthbearer.assertion.claim.nbf.seconds", 60, Between(0,
        3600), Low, ReadOnly, BrokerLogsInNowhere,
        "How far back assertions are valid.");
    public static readonly ConfigKey SaslOauthbearerAssertionClaimSub = Declare.Text("sasl.oauthbearer.assertion.claim.sub", null, Any, Medium, ReadOnly,
        BrokerLogsInNowhere,
        "Subject claim of assertions.");
    public static readonly ConfigKey SaslOauthbearerAssertionFile = Declare.Text("sasl.oauthbearer.assertion.file", null, Any, Medium, ReadOnly,
        BrokerLogsInNowhere,
        "File of a ready-made assertion.");
    public static readonly ConfigKey SaslOauthbearerAssertionPrivateKeyFile = Declare.Text("sasl.oauthbearer.assertion.private.key.file", null, Any, Medium,
        ReadOnly, BrokerLogsInNowhere,
        "File of the key that signs assertions.");
    public static readonly ConfigKey SaslOauthbearerAssertionPrivateKeyPassphrase = Declare.Password("sasl.oauthbearer.assertion.private.key.passphrase",
        Medium, ReadOnly, BrokerLogsInNowhere,
        "Passphrase of that key.");
    public static readonly ConfigKey SaslOauthbearerAssertionTemplateFile = Declare.Text("sasl.oauthbearer.assertion.template.file", null, Any, Medium,
        ReadOnly, BrokerLogsInNowhere,
        "File of header and claims for assertions.");
    public static readonly ConfigKey SaslOauthbearerClientCredentialsClientId = Declare.Text("sasl.oauthbearer.client.credentials.client.id", null, Any,
        Medium, ReadOnly, BrokerLogsInNowhere,
        "Client id for the client credentials grant.");
    public static readonly ConfigKey SaslOauthbearerClientCredentialsClientSecret = Declare.Password("sasl.oauthbearer.client.credentials.client.secret",
        Medium, ReadOnly, BrokerLogsInNowhere,
        "Its secret.");
    public static readonly ConfigKey SaslOauthbearerClockSkewSeconds = Declare.Int("sasl.oauthbearer.clock.skew.seconds", 30, Any, Low, ReadOnly,
        Honoured,
        "Difference of clocks that is tolerated.");
    public static readonly ConfigKey SaslOauthbearerExpectedAudience = Declare.List("sasl.oauthbearer.expected.audience", "", AnyList, Low, ReadOnly,
        Honoured,
        "Audiences that a token may name.");
    public static readonly ConfigKey SaslOauthbearerExpectedIssuer = Declare.Text("sasl.oauthbearer.expected.issuer", null, Any, Low, ReadOnly,
        Honoured,
        "Issuer that a token must name.");
    public static readonly ConfigKey SaslOauthbearerJwksEndpointRefreshMs = Declare.Long("sasl.oauthbearer.jwks.endpoint.refresh.ms", 3_600_000, Any, Low,
        ReadOnly, Honoured,
        "Time between two downloads of the issuer's keys.");
    public static readonly ConfigKey SaslOauthbearerJwksEndpointRetryBackoffMs = Declare.Long("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", 100, Any,
        Low, ReadOnly, Honoured,
        "First pause after a failed download.");
    public static readonly ConfigKey SaslOauthbearerJwksEndpointRetryBackoffMaxMs = Declare.Long("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
        10000, Any, Low, ReadOnly, Honoured,
        "Longest pause after a failed download.");
    public static readonly ConfigKey SaslOauthbearerJwksEndpointUrl = Declare.Text("sasl.oauthbearer.jwks.endpoint.url", null, Any, Medium, ReadOnly,
        Honoured,
        "Where the issuer's keys are.");
    public static readonly ConfigKey SaslOauthbearerJwtRetrieverClass = Declare.Class("sasl.oauthbearer.jwt.retriever.class",
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", Medium, ReadOnly, BrokerLogsInNowhere,
        "Class that obtains tokens.");
    public static readonly ConfigKey SaslOauthbearerJwtValidatorClass = Declare.Class("sasl.oauthbearer.jwt.validator.class",
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", Medium, ReadOnly, Honoured,
        "Class that checks tokens.");
    public static readonly ConfigKey SaslOauthbearerScope = Declare.Text("sasl.oauthbearer.scope", null, Any, Medium, ReadOnly, BrokerLogsInNowhere,
        "Scope asked for.");
    public static readonly ConfigKey SaslOauthbearerScopeClaimName = Declare.Text("sasl.oauthbearer.scope.claim.name", "scope", Any, Low, ReadOnly,
        Honoured,
        "Claim that holds the scope.");
    public static readonly ConfigKey SaslOauthbearerSubClaimName = Declare.Text("sasl.oauthbearer.sub.claim.name", "sub", Any, Low, ReadOnly, Honoured,
        "Claim that holds the principal.");
    public static readonly ConfigKey SaslOauthbearerTokenEndpointUrl = Declare.Text("sasl.oauthbearer.token.endpoint.url", null, Any, Medium, ReadOnly,
        BrokerLogsInNowhere,
        "Where tokens are obtained.");
}
