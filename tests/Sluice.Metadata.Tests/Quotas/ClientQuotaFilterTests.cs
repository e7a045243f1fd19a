using Sluice.Metadata.Quotas;
using Sluice.Protocol;

namespace Sluice.Metadata.Tests.Quotas;

public sealed class ClientQuotaFilterTests
{
    private static readonly ClientQuotaEntity[] s_entities =
    [
        new("alice", null, null), new("", null, null), new("alice", "app", null), new("alice", "", null), new("", "", null), new(null, "app", null), new(null, "", null),
        new(null, null, "10.0.0.1"), new(null, null, ""),
    ];

    [Theory]
    [InlineData(false, "", "0 1 2 3 4 5 6 7 8")]
    [InlineData(true, "", "")]
    [InlineData(false, "user:0:alice", "0 2 3")]
    [InlineData(true, "user:0:alice", "0")]
    [InlineData(false, "user:1", "1 4")]
    [InlineData(true, "user:1", "1")]
    [InlineData(false, "user:2", "0 1 2 3 4")]
    [InlineData(true, "user:2", "0 1")]
    [InlineData(false, "client-id:2", "2 3 4 5 6")]
    [InlineData(true, "user:2 client-id:1", "3 4")]
    [InlineData(false, "ip:2", "7 8")]
    [InlineData(false, "ip:0:10.0.0.1", "7")]
    [InlineData(false, "user:0:bob", "")]
    [InlineData(false, "user:0:", "")]
    public void Entities_are_found_by_name_as_default_and_by_being_there(bool isStrict, string components, string found)
    {
        ClientQuotaFilter.Read(Components(components), isStrict, out ClientQuotaFilter filter).ErrorCode.ShouldBe(ErrorCode.None);
        string.Join(' ', Enumerable.Range(0, s_entities.Length).Where(index => filter.Matches(s_entities[index]))).ShouldBe(found);
    }

    [Theory]
    [InlineData(":0:a", ErrorCode.InvalidRequest, "Invalid empty entity type.")]
    [InlineData("user:0:a user:1", ErrorCode.InvalidRequest, "Entity type user cannot appear more than once in the filter.")]
    [InlineData("tenant:2", ErrorCode.UnsupportedVersion, "Unsupported entity type tenant")]
    [InlineData("user:0", ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_EXACT, but set match string to null.")]
    [InlineData("user:1:a", ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_DEFAULT, but also specified a match string.")]
    [InlineData("user:2:a", ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.")]
    [InlineData("user:3", ErrorCode.InvalidRequest, "Unknown match type 3")]
    [InlineData("ip:2 user:2", ErrorCode.InvalidRequest, "Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.")]
    public void A_filter_that_is_none_is_refused(string components, ErrorCode error, string message) =>
        ClientQuotaFilter.Read(Components(components), isStrict: false, out _).ShouldBe((error, message));

    private static (string Type, sbyte Match, string? Name)[] Components(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static part => part.Split(':')).Select(static part => (part[0], sbyte.Parse(part[1], null), part.ElementAtOrDefault(2)))];
}
