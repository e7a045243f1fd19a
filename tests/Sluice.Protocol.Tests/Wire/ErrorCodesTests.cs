namespace Sluice.Protocol.Tests.Wire;

public sealed class ErrorCodesTests
{
    [Theory]
    [InlineData(ErrorCode.UnknownServerError, -1, "UNKNOWN_SERVER_ERROR", false)]
    [InlineData(ErrorCode.None, 0, "NONE", false)]
    [InlineData(ErrorCode.OffsetOutOfRange, 1, "OFFSET_OUT_OF_RANGE", false)]
    [InlineData(ErrorCode.NotLeaderOrFollower, 6, "NOT_LEADER_OR_FOLLOWER", true)]
    [InlineData(ErrorCode.UnsupportedVersion, 35, "UNSUPPORTED_VERSION", false)]
    [InlineData(ErrorCode.UnknownTopicId, 100, "UNKNOWN_TOPIC_ID", true)]
    [InlineData(ErrorCode.ShareSessionLimitReached, 133, "SHARE_SESSION_LIMIT_REACHED", true)]
    public void Codes_have_kafkas_numbers_names_and_retriability(ErrorCode code, short number, string name, bool isRetriable)
    {
        ((short)code).ShouldBe(number);
        ErrorCodes.Name(code).ShouldBe(name);
        ErrorCodes.IsRetriable(code).ShouldBe(isRetriable);
    }

    [Fact]
    public void Every_code_has_its_own_name_and_a_meaning()
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            ErrorCodes.Name(code).Replace("_", "", StringComparison.Ordinal).ShouldBe(code.ToString().ToUpperInvariant());
            ErrorCodes.Meaning(code).ShouldEndWith(".");
        }
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(134)]
    [InlineData(short.MaxValue)]
    [InlineData(short.MinValue)]
    public void Unknown_codes_have_a_number_for_a_name_and_are_not_retriable(short number)
    {
        ErrorCodes.Name((ErrorCode)number).ShouldBe($"ERROR_{number}");
        ErrorCodes.IsRetriable((ErrorCode)number).ShouldBeFalse();
        ErrorCodes.Meaning((ErrorCode)number).ShouldNotBeEmpty();
    }
}
