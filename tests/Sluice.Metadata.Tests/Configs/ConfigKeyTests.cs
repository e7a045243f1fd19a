using Sluice.Metadata.Configs;

namespace Sluice.Metadata.Tests.Configs;

public sealed class ConfigKeyTests
{
    [Theory]
    [InlineData("segment.bytes", " 2097152 ", "2097152")]
    [InlineData("segment.bytes", "+2097152", "2097152")]
    [InlineData("segment.bytes", "1048576", "1048576")]
    [InlineData("segment.bytes", "2147483647", "2147483647")]
    [InlineData("retention.ms", "-1", "-1")]
    [InlineData("preallocate", "TRUE", "true")]
    [InlineData("min.cleanable.dirty.ratio", ".5", "0.5")]
    [InlineData("min.cleanable.dirty.ratio", "1", "1.0")]
    [InlineData("min.cleanable.dirty.ratio", "1e-4", "1.0E-4")]
    [InlineData("cleanup.policy", " compact , delete,compact ", "compact,delete")]
    [InlineData("cleanup.policy", "", "")]
    [InlineData("compression.gzip.level", "-1", "-1")]
    [InlineData("leader.replication.throttled.replicas", "*", "*")]
    [InlineData("leader.replication.throttled.replicas", "0:1,12:3", "0:1,12:3")]
    public void A_valid_topic_value_is_stored_in_its_canonical_form(string name, string written, string stored)
    {
        TopicConfigKeys.Table.Find(name)!.Validate(written, out string normalized, out string? error).ShouldBeTrue(error);
        normalized.ShouldBe(stored);
    }

    [Theory]
    [InlineData("segment.bytes", "1048575", "Invalid value 1048575 for configuration segment.bytes: Value must be at least 1048576")]
    [InlineData("segment.bytes", "2147483648", "Invalid value 2147483648 for configuration segment.bytes: Not a number of type INT")]
    [InlineData("segment.bytes", "1 000 000 000", "Invalid value 1 000 000 000 for configuration segment.bytes: Not a number of type INT")]
    [InlineData("segment.bytes", "", "Invalid value  for configuration segment.bytes: Not a number of type INT")]
    [InlineData("retention.ms", "9223372036854775808", "Invalid value 9223372036854775808 for configuration retention.ms: Not a number of type LONG")]
    [InlineData("retention.ms", "-2", "Invalid value -2 for configuration retention.ms: Value must be at least -1")]
    [InlineData("preallocate", "yes", "Invalid value yes for configuration preallocate: Expected value to be either true or false")]
    [InlineData("min.cleanable.dirty.ratio", "1.1", "Invalid value 1.1 for configuration min.cleanable.dirty.ratio: Value must be no more than 1")]
    [InlineData("min.cleanable.dirty.ratio", "NaN", "Invalid value NaN for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE")]
    [InlineData("compression.type", "brotli", "Invalid value brotli for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer")]
    [InlineData("compression.gzip.level", "0", "Invalid value 0 for configuration compression.gzip.level: Value must be at least 1")]
    [InlineData("compression.gzip.level", "10", "Invalid value 10 for configuration compression.gzip.level: Value must be no more than 9")]
    [InlineData("cleanup.policy", "delete,shred", "Invalid value delete,shred for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData("cleanup.policy", "delete,", "Invalid value delete, for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData("leader.replication.throttled.replicas", "0-1", "Invalid value 0-1 for configuration leader.replication.throttled.replicas: must be the literal '*' or a list of replicas in the form [partitionId]:[brokerId],[partitionId]:[brokerId],...")]
    public void An_invalid_topic_value_is_answered_with_key_value_and_reason(string name, string written, string message)
    {
        TopicConfigKeys.Table.Find(name)!.Validate(written, out _, out string? error).ShouldBeFalse();
        error.ShouldBe(message);
    }

    [Theory]
    [InlineData("earliest", true)]
    [InlineData("by_duration:PT1H", true)]
    [InlineData("by_duration:P1DT2H3M4.5S", true)]
    [InlineData("by_duration:P", false)]
    [InlineData("by_duration:PT", false)]
    [InlineData("by_duration:-PT1H", false)]
    [InlineData("none", false)]
    public void A_share_group_starts_at_an_end_or_a_duration_back(string written, bool valid) =>
        GroupConfigKeys.ShareAutoOffsetReset.Validate(written, out _, out _).ShouldBe(valid);

    [Theory]
    [InlineData("PLAINTEXT://:9092", true)]
    [InlineData("PLAINTEXT://0.0.0.0:9092,INTERNAL://[::1]:0", true)]
    [InlineData("PLAINTEXT://a:9092,plaintext://b:9093", false)]
    [InlineData("PLAINTEXT://a:65536", false)]
    [InlineData("PLAINTEXT://a", false)]
    [InlineData("a:9092", false)]
    [InlineData("", false)]
    public void Listeners_are_names_with_hosts_and_ports(string written, bool valid) =>
        BrokerConfigKeys.Listeners.Validate(written, out _, out _).ShouldBe(valid);

    [Theory]
    [InlineData("", true)]
    [InlineData("host-1:100, 127.0.0.1:200,[::1]:0", true)]
    [InlineData("host-1", false)]
    [InlineData("host-1:x", false)]
    [InlineData(":5", false)]
    public void Connection_limits_are_hosts_with_counts(string written, bool valid) =>
        BrokerConfigKeys.MaxConnectionsPerIpOverrides.Validate(written, out _, out _).ShouldBe(valid);

    [Fact]
    public void The_value_of_a_sensitive_key_is_not_in_any_message()
    {
        StaticConfig config = StaticConfig.Create([new ConfigEntry("sasl.oauthbearer.client.credentials.client.secret", "hunter2", "server.properties:3")]);

        config.Errors.ShouldBeEmpty();
        config.Reports.ShouldHaveSingleItem().Message.ShouldBe(
            "sasl.oauthbearer.client.credentials.client.secret has no effect: the broker logs in nowhere itself");
    }

    [Fact]
    public void A_pasted_megabyte_does_not_come_back_in_the_message()
    {
        TopicConfigKeys.SegmentBytes.Validate(new string('9', 1 << 20), out _, out string? error).ShouldBeFalse();
        error!.Length.ShouldBeLessThan(400);
    }

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(0, "0.0")]
    [InlineData(100, "100.0")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.0001, "1.0E-4")]
    [InlineData(1e7, "1.0E7")]
    [InlineData(2147483647, "2.147483647E9")]
    [InlineData(double.MaxValue, "1.7976931348623157E308")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(-1.25, "-1.25")]
    public void Floating_point_numbers_are_written_as_Java_writes_them(double value, string text) => RealText.Format(value).ShouldBe(text);
}
