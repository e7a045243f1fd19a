using static Sluice.Metadata.Configs.ConfigImportance;
using static Sluice.Metadata.Configs.ConfigRules;
using static Sluice.Metadata.Configs.ConfigSupport;
using static Sluice.Metadata.Configs.ConfigUpdateMode;

namespace Sluice.Metadata.Configs;

// The last text of each entry is its documentation, for readers of this file and for DescribeConfigs alike.
#pragma warning disable CS1591

// Settings that Kafka does not have.
public static partial class BrokerConfigKeys
{
    public static readonly ConfigKey SluiceTransferPath = Declare.Text("sluice.transfer.path", "auto", OneOf("auto", "sendfile", "copy"), Medium, ReadOnly,
        Honoured,
        "How records go from file to socket: auto takes sendfile where the system offers it.");
    public static readonly ConfigKey SluiceTransferCopyThresholdBytes = Declare.Int("sluice.transfer.copy.threshold.bytes", 65536, AtLeast(0), Low, ReadOnly,
        Honoured,
        "Regions up to this size are copied, because a system call of their own would cost more; 0 copies none.");
    public static readonly ConfigKey SluiceReceiveMemoryMaxBytes = Declare.Long("sluice.receive.memory.max.bytes", 268_435_456, AtLeast(1_048_576), High,
        ReadOnly, Honoured,
        "Most memory for requests being received, over all connections; counted by bytes that arrived, not by lengths that were announced.");
    public static readonly ConfigKey SluiceTlsKernel = Declare.Text("sluice.tls.kernel", "auto", OneOf("auto", "on", "off"), Medium, ReadOnly,
        Honoured,
        "Whether the kernel encrypts what TLS listeners send, so that fetches are not copied: auto where the system offers it, on refuses to start without it, off never.");
    public static readonly ConfigKey SluiceTlsProvider = Declare.Text("sluice.tls.provider", "auto", OneOf("auto", "openssl", "sslstream"), Low, ReadOnly,
        Honoured,
        "Who shakes hands on TLS listeners: auto takes the system's OpenSSL 3 where there is one, without which the kernel cannot encrypt, and .NET's SslStream elsewhere.");
    public static readonly ConfigKey SluiceAuthenticationTimeoutMs = Declare.Int("sluice.authentication.timeout.ms", 30_000, AtLeast(1), Medium, ReadOnly,
        Honoured,
        "How long a client may take from connecting until it is known: TLS handshake, then SASL. After that it is disconnected.");
    public static readonly ConfigKey LogAppend = Declare.Text("log.append", "buffered", OneOf("buffered", "mapped"), Medium, ReadOnly,
        Honoured,
        "How a large uncompressed batch gets into the log: mapped receives it from the socket straight into the mapped segment, where the system offers that.");
}
