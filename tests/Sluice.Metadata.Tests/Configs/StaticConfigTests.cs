using Sluice.Metadata.Configs;

namespace Sluice.Metadata.Tests.Configs;

public sealed class StaticConfigTests
{
    [Fact]
    public void Of_several_entries_for_one_name_the_last_counts()
    {
        StaticConfig config = StaticConfig.Create(
        [
            new ConfigEntry("num.partitions", "broken", "server.properties:1"), new ConfigEntry("num.partitions", "3", "SLUICE_NUM_PARTITIONS"),
        ]);

        config.Errors.ShouldBeEmpty();
        Settings(config).GetInt(BrokerConfigKeys.NumPartitions).ShouldBe(3);
        Settings(config).SourceOf(BrokerConfigKeys.NumPartitions).ShouldBe(ConfigSource.StaticBroker);
    }

    [Fact]
    public void An_unknown_name_is_an_error_with_origin_and_the_nearest_name() =>
        Check(("log.retention.mss", "5")).Errors.ShouldHaveSingleItem().ToString()
            .ShouldBe("test:1: Unknown broker config name: log.retention.mss; did you mean log.retention.ms?");

    [Fact]
    public void A_setting_without_effect_is_accepted_and_reported()
    {
        StaticConfig config = Check(("controller.quorum.voters", "1@localhost:9093"));

        config.Errors.ShouldBeEmpty();
        config.Reports.ShouldHaveSingleItem().ToString()
            .ShouldBe("test:1: controller.quorum.voters has no effect: the node keeps its metadata itself and needs no controller quorum");
    }

    [Theory]
    [InlineData("sasl.kerberos.service.name", "kafka")]
    [InlineData("remote.log.storage.system.enable", "true")]
    [InlineData("listener.name.internal.ssl.engine.factory.class", "com.example.Engines")]
    [InlineData("listener.name.internal.log.retention.ms", "1000")]
    public void A_setting_that_somebody_relies_on_for_safety_is_refused_instead_of_ignored(string name, string value) =>
        Check((name, value)).Errors.ShouldHaveSingleItem().Name.ShouldBe(name);

    [Fact]
    public void The_default_of_a_setting_that_is_not_honoured_is_accepted_in_silence()
    {
        foreach (ConfigKey key in BrokerConfigKeys.Table.Keys.Where(key => !key.Support.IsHonoured && key.DefaultText is not null))
        {
            StaticConfig config = Check((key.Name, key.DefaultText!));
            config.Errors.ShouldBeEmpty(key.Name);
            config.Reports.ShouldBeEmpty(key.Name);
        }
    }

    [Theory]
    [InlineData("zookeeper.connect", "localhost:2181")]
    [InlineData("log.message.format.version", "2.8")]
    public void A_setting_that_Kafka_4_dropped_is_reported(string name, string value)
    {
        Check((name, value)).Errors.ShouldBeEmpty();
        Check((name, value)).Reports.ShouldHaveSingleItem().Name.ShouldBe(name);
    }

    [Fact]
    public void Compaction_is_accepted_without_a_remark() =>
        Check(("log.cleanup.policy", "compact"), ("log.cleaner.threads", "2"), ("log.cleaner.delete.retention.ms", "5")).Reports.ShouldBeEmpty();

    [Fact]
    public void The_settings_of_a_usual_combined_node_start_a_broker()
    {
        StaticConfig config = Check(
            ("process.roles", "broker,controller"), ("node.id", "7"), ("controller.quorum.bootstrap.servers", "localhost:9093"),
            ("listeners", "PLAINTEXT://:9092,CONTROLLER://:9093"), ("inter.broker.listener.name", "PLAINTEXT"),
            ("advertised.listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093"), ("controller.listener.names", "CONTROLLER"),
            ("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL"),
            ("num.network.threads", "3"), ("num.io.threads", "8"), ("socket.send.buffer.bytes", "102400"), ("log.dirs", "/var/lib/logs"),
            ("offsets.topic.replication.factor", "1"), ("transaction.state.log.replication.factor", "1"), ("transaction.state.log.min.isr", "1"),
            ("log.retention.hours", "168"), ("log.segment.bytes", "1073741824"));

        config.Errors.ShouldBeEmpty();
        config.Reports.Select(report => report.Name).ShouldBe(
        [
            "process.roles", "controller.quorum.bootstrap.servers", "inter.broker.listener.name", "controller.listener.names",
            "offsets.topic.replication.factor", "transaction.state.log.replication.factor", "transaction.state.log.min.isr",
        ]);
        BrokerSettings settings = Settings(config);
        settings.NodeId.ShouldBe(7);
        settings.LogDirectories.ShouldBe(["/var/lib/logs"]);
        settings.ReadListeners(out var listeners).ShouldBeNull();
        listeners.ShouldBe([new ListenerSettings(new ListenerAddress("PLAINTEXT", "", 9092), new ListenerAddress("PLAINTEXT", "localhost", 9092), SecurityProtocol.Plaintext)]);
    }

    [Fact]
    public void A_listener_has_settings_of_its_own_and_a_mechanism_of_it_too()
    {
        StaticConfig config = Check(
            ("ssl.client.auth", "required"), ("connections.max.reauth.ms", "0"),
            ("listener.name.clients.ssl.client.auth", "none"),
            ("listener.name.a.b.ssl.client.auth", "requested"),
            ("listener.name.clients.ssl.enabled.protocols", "TLSv1.3"));

        config.Errors.ShouldBeEmpty();
        BrokerSettings settings = Settings(config);
        settings.GetString(BrokerConfigKeys.SslClientAuth).ShouldBe("required");
        settings.ForListener("CLIENTS").GetString(BrokerConfigKeys.SslClientAuth).ShouldBe("none");
        settings.ForListener("clients", "PLAIN").GetString(BrokerConfigKeys.SslClientAuth).ShouldBe("none");
        settings.ForListener("A.B").GetString(BrokerConfigKeys.SslClientAuth).ShouldBe("requested");
        settings.ForListener("other").GetString(BrokerConfigKeys.SslClientAuth).ShouldBe("required");
        settings.ForListener("clients").GetList(BrokerConfigKeys.SslEnabledProtocols).ShouldBe(["TLSv1.3"]);
    }

    [Fact]
    public void Listeners_have_the_protocol_of_the_map_or_that_of_their_name()
    {
        BrokerSettings settings = Settings(Check(
            ("listeners", "SSL://:9093,CLIENTS://:9094,SASL_PLAINTEXT://:9095"), ("advertised.listeners", "SSL://a:9093,CLIENTS://a:9094,SASL_PLAINTEXT://a:9095"),
            ("listener.security.protocol.map", "CLIENTS:SASL_SSL")));

        settings.ReadListeners(out var listeners).ShouldBeNull();
        listeners.Select(static listener => listener.Protocol).ShouldBe([SecurityProtocol.Ssl, SecurityProtocol.SaslSsl, SecurityProtocol.SaslPlaintext]);
        SecurityProtocol.SaslSsl.KafkaName.ShouldBe("SASL_SSL");
    }

    [Theory]
    [InlineData("node.id=1;broker.id=2", "node.id (1) must be equal to broker.id (2)")]
    [InlineData("process.roles=controller", "process.roles must contain broker: a node that is only a controller is not served")]
    [InlineData("log.dirs=/a,/b;cordoned.log.dirs=/c", "cordoned.log.dirs names /c, which is none of log.dirs (/a,/b); * is all of them")]
    [InlineData("default.replication.factor=3", "default.replication.factor must be 1: there is one node to hold replicas")]
    [InlineData("queued.max.request.bytes=100", "queued.max.request.bytes (100) must not be less than socket.request.max.bytes (104857600)")]
    [InlineData("log.retention.hours=0", "log.retention.hours must be -1 for no limit, or at least 1")]
    [InlineData("log.roll.ms=0", "log.roll.ms must be at least 1")]
    [InlineData("log.cleaner.min.compaction.lag.ms=10;log.cleaner.max.compaction.lag.ms=9", "min.compaction.lag.ms (10) must not be greater than max.compaction.lag.ms (9)")]
    [InlineData("listeners=CLIENTS://:9093", "No security protocol is known for the listener CLIENTS: it is missing in listener.security.protocol.map")]
    [InlineData("listeners=PLAINTEXT://0.0.0.0:9092", "Clients cannot connect to 0.0.0.0, so advertised.listeners must name another address for the listener PLAINTEXT")]
    [InlineData("advertised.listeners=OTHER://a:1", "OTHER://a:1 is advertised, but listeners has none of that name")]
    public void Settings_that_do_not_fit_together_are_an_error(string settings, string message)
    {
        StaticConfig config = Check([.. settings.Split(';').Select(pair => (pair.Split('=')[0], pair.Split('=')[1]))]);

        config.Errors.ShouldHaveSingleItem().Message.ShouldBe(message);
    }

    private static StaticConfig Check(params (string Name, string Value)[] settings) =>
        StaticConfig.Create(settings.Select((setting, index) => new ConfigEntry(setting.Name, setting.Value, $"test:{index + 1}")));

    private static BrokerSettings Settings(StaticConfig config) =>
        BrokerSettings.Create(config, new Dictionary<string, string>(), new Dictionary<string, string>());
}
