using Sluice.Metadata.Quotas;
using Sluice.Protocol;

namespace Sluice.Metadata.Tests.Quotas;

public sealed class ClientQuotaAlterationTests
{
    private static readonly MetadataImage s_empty = MetadataImage.Empty(Stores.ClusterId);

    [Fact]
    public void Keys_are_set_changed_and_taken_away()
    {
        MetadataImage image = s_empty;
        Change([("producer_byte_rate", 1000), ("request_percentage", 0.5)]).ShouldBe(ClientQuotaLimits.None with { ProducerByteRate = 1000, RequestPercentage = 0.5 });
        Change([("producer_byte_rate", null), ("consumer_byte_rate", 7)]).ShouldBe(ClientQuotaLimits.None with { ConsumerByteRate = 7, RequestPercentage = 0.5 });
        Change([("consumer_byte_rate", null), ("request_percentage", null)]).IsNone.ShouldBeTrue();
        image.ClientQuotas.ShouldBeEmpty();

        ClientQuotaLimits Change(IReadOnlyList<(string, double?)> operations)
        {
            ClientQuotaAlteration alteration = ClientQuotaAlteration.Plan([("client-id", null), ("user", "alice")], operations, image);
            alteration.ErrorCode.ShouldBe(ErrorCode.None, alteration.Message);
            image = image.Apply([alteration.Change.ShouldNotBeNull()]);
            return image.ClientQuotasOf(new ClientQuotaEntity("alice", "", null));
        }
    }

    [Fact]
    public void What_changes_nothing_is_not_committed()
    {
        MetadataImage image = s_empty.Apply([new ClientQuotasChanged(new ClientQuotaEntity("a", null, null), ClientQuotaLimits.None with { ProducerByteRate = 5 })]);
        ClientQuotaAlteration.Plan([("user", "a")], [("producer_byte_rate", 5)], image).ShouldBe(new ClientQuotaAlteration(ErrorCode.None, null, null));
        ClientQuotaAlteration.Plan([("user", "b")], [("producer_byte_rate", null)], image).ShouldBe(new ClientQuotaAlteration(ErrorCode.None, null, null));
        ClientQuotaAlteration.Plan([("user", "b")], [], image).ShouldBe(new ClientQuotaAlteration(ErrorCode.None, null, null));
        ClientQuotaAlteration.Plan([("user", "b")], [("not_known", null)], image).ShouldBe(new ClientQuotaAlteration(ErrorCode.None, null, null));
    }

    [Theory]
    [InlineData("", "Invalid empty client quota entity")]
    [InlineData("user=a user=b", "Invalid client quota entity, duplicate entity entry user")]
    [InlineData("tenant=a", "Unhandled client quota entity type: tenant")]
    [InlineData("user=", "Empty user not supported")]
    [InlineData("client-id=", "Empty client-id not supported")]
    [InlineData("ip=10.0.0.1 user=a", "Invalid quota entity combination, IP entity should not be combined with User or ClientId")]
    [InlineData("ip=10.0.0.1 client-id=a", "Invalid quota entity combination, IP entity should not be combined with User or ClientId")]
    [InlineData("ip=no-address", "no-address is not a valid IP or resolvable host.")]
    public void An_entity_that_is_none_is_refused(string entity, string message)
    {
        (string, string?)[] parts = [.. entity.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static part => (part.Split('=')[0], (string?)part.Split('=')[1]))];
        ClientQuotaAlteration.Plan(parts, [], s_empty).ShouldBe(new ClientQuotaAlteration(ErrorCode.InvalidRequest, message, null));
    }

    [Theory]
    [InlineData("user", "unknown_rate", 1, "Invalid configuration key unknown_rate")]
    [InlineData("user", "connection_creation_rate", 1, "Invalid configuration key connection_creation_rate")]
    [InlineData("ip", "producer_byte_rate", 1, "Invalid configuration key producer_byte_rate")]
    [InlineData("user", "producer_byte_rate", 0, "Quota producer_byte_rate must be greater than 0")]
    [InlineData("user", "request_percentage", -0.1, "Quota request_percentage must be greater than 0")]
    [InlineData("user", "request_percentage", double.NaN, "Quota request_percentage must be a number")]
    [InlineData("user", "consumer_byte_rate", 1.5, "consumer_byte_rate cannot be a fractional value.")]
    [InlineData("user", "consumer_byte_rate", 1e19, "Proposed value for consumer_byte_rate is too large for a LONG.")]
    [InlineData("ip", "connection_creation_rate", 2147483648, "Proposed value for connection_creation_rate is too large for an INT.")]
    [InlineData("user", "controller_mutation_rate", double.PositiveInfinity, "Proposed value for controller_mutation_rate is too large for a DOUBLE.")]
    public void A_limit_that_is_none_is_refused(string type, string key, double limit, string message) =>
        ClientQuotaAlteration.Plan([(type, null)], [(key, limit)], s_empty).ShouldBe(new ClientQuotaAlteration(ErrorCode.InvalidRequest, message, null));

    [Fact]
    public void One_wrong_key_leaves_all_of_its_entity_as_it_was() =>
        ClientQuotaAlteration.Plan([("user", "a")], [("producer_byte_rate", 1), ("consumer_byte_rate", -1)], s_empty).Change.ShouldBeNull();
}
