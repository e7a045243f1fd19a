using Sluice.Hosting.Configuration;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Tests.Configuration;

public sealed class BrokerConfigurationTests
{
    [Fact]
    public void The_command_line_comes_before_the_environment_before_the_file_before_the_defaults()
    {
        using var directory = new TemporaryDirectory();
        string file = directory.Write("server.properties", "num.partitions=2\nlog.segment.bytes=2000000\nmessage.max.bytes=5"u8);

        BrokerConfiguration configuration = BrokerConfiguration.Load(file,
            [KeyValuePair.Create("SLUICE_NUM_PARTITIONS", "3"), KeyValuePair.Create("SLUICE_LOG_SEGMENT_BYTES", "3000000"), KeyValuePair.Create("HOME", "/")],
            ["num.partitions=4", "num.partitions=5"]);

        BrokerSettings settings = BrokerSettings.Create(configuration.Settings, new Dictionary<string, string>(), new Dictionary<string, string>());
        settings.GetInt(BrokerConfigKeys.NumPartitions).ShouldBe(5);
        settings.GetInt(BrokerConfigKeys.LogSegmentBytes).ShouldBe(3_000_000);
        settings.GetInt(BrokerConfigKeys.MessageMaxBytes).ShouldBe(5);
        settings.GetInt(BrokerConfigKeys.SocketRequestMaxBytes).ShouldBe(104_857_600);
        configuration.Settings.Entries["num.partitions"].Origin.ShouldBe("--set");
    }

    [Fact]
    public void Nothing_given_starts_with_the_defaults() => BrokerConfiguration.Load(null, [], []).Reports.ShouldBeEmpty();

    [Fact]
    public void Everything_wrong_is_said_at_once_with_its_place()
    {
        using var directory = new TemporaryDirectory();
        string file = directory.Write("server.properties", "# x\nnum.partition=2\nlog.segment.bytes=abc"u8);

        ConfigurationException error = Should.Throw<ConfigurationException>(() =>
            BrokerConfiguration.Load(file, [KeyValuePair.Create("SLUICE_MESSAGE_MAX_BYTES", "-1")], ["nonsense", "num.partitions=0"]));

        error.Problems.Select(problem => problem.ToString()).ShouldBe(
        [
            "--set: 'nonsense' is not of the form name=value",
            "server.properties:2: Unknown broker config name: num.partition; did you mean num.partitions?",
            "server.properties:3: Invalid value abc for configuration log.segment.bytes: Not a number of type INT",
            "SLUICE_MESSAGE_MAX_BYTES: Invalid value -1 for configuration message.max.bytes: Value must be at least 0",
            "--set: Invalid value 0 for configuration num.partitions: Value must be at least 1",
        ]);
    }

    [Fact]
    public void Settings_without_effect_and_variables_that_are_none_are_reported()
    {
        BrokerConfiguration.Load(null, [KeyValuePair.Create("SLUICE_PORT_9092_TCP", "tcp://10.0.0.1:9092")], ["controller.quorum.voters=1@a:1"])
            .Reports.Select(report => report.ToString()).ShouldBe(
            [
                "--set: controller.quorum.voters has no effect: the node keeps its metadata itself and needs no controller quorum",
                "SLUICE_PORT_9092_TCP: this environment variable is no setting, and is ignored",
            ]);
    }

    [Fact]
    public void The_clients_variable_is_neither_a_setting_nor_worth_a_report() =>
        BrokerConfiguration.Load(null, [KeyValuePair.Create(EnvironmentSettings.BootstrapServerVariable, "localhost:9092")], []).Reports.ShouldBeEmpty();

    [Fact]
    public void Every_setting_can_be_given_by_a_variable_of_its_own()
    {
        BrokerConfigKeys.Table.Keys.Select(EnvironmentSettings.VariableOf).ShouldBeUnique();
        EnvironmentSettings.VariableOf(BrokerConfigKeys.LogRetentionMs).ShouldBe("SLUICE_LOG_RETENTION_MS");
        EnvironmentSettings.VariableOf(BrokerConfigKeys.SluiceTransferPath).ShouldBe("SLUICE_TRANSFER_PATH");
    }

    [Fact]
    public void The_environment_of_the_process_is_read()
    {
        EnvironmentSettings.OfProcess().ShouldContain(pair => pair.Key == "PATH");
    }
}
