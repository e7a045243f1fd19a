using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;
using static Sluice.Metadata.Configs.NotServed;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Authorization, principals and delegation tokens.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey SecurityInterBrokerProtocol = Declare.Text("security.inter.broker.protocol", "PLAINTEXT", OneOf("PLAINTEXT", "SSL",
        "SASL_PLAINTEXT", "SASL_SSL"), Medium, ReadOnly, SingleNode,
        "Security protocol between brokers.");
    public static readonly ConfigKey SecurityProviders = Declare.Text("security.providers", null, Any, Low, ReadOnly, Plugins,
        "Java security providers to register.");
    public static readonly ConfigKey PrincipalBuilderClass = Declare.Class("principal.builder.class",
        "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder", Medium, PerBroker, Plugins,
        "Class that makes principals of connections.");
    public static readonly ConfigKey AuthorizerClassName = Declare.Text("authorizer.class.name", "", NonNull, Low, ReadOnly,
        ConfigSupport.HonouredWith("StandardAuthorizer, whose rules are built in, or nothing; other classes are refused at start"),
        "Class that decides what a principal may do; empty: everybody may do everything.");
    public static readonly ConfigKey SuperUsers = Declare.Text("super.users", "", Any, Medium, ReadOnly, ConfigSupport.Honoured,
        "Principals that may do everything, separated by semicolons.");
    public static readonly ConfigKey AllowEveryoneIfNoAclFound = Declare.Boolean("allow.everyone.if.no.acl.found", false, Medium, ReadOnly, ConfigSupport.Honoured,
        "Whether a resource without rules is open to everybody.");
    public static readonly ConfigKey DelegationTokenSecretKey = Declare.Password("delegation.token.secret.key", Medium, ReadOnly, Honoured,
        "Key that signs delegation tokens.");
    public static readonly ConfigKey DelegationTokenExpiryTimeMs = Declare.Long("delegation.token.expiry.time.ms", 86_400_000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "Life of a token until it is renewed.");
    public static readonly ConfigKey DelegationTokenMaxLifetimeMs = Declare.Long("delegation.token.max.lifetime.ms", 604_800_000, AtLeast(1), Medium,
        ReadOnly, Honoured,
        "Life of a token with all renewals.");
    public static readonly ConfigKey DelegationTokenExpiryCheckIntervalMs = Declare.Long("delegation.token.expiry.check.interval.ms", 3_600_000, AtLeast(1),
        Low, ReadOnly, Honoured,
        "Time between two looks for expired tokens.");
}
