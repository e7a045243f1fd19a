using Sluice.Cli.Parsing;
using Sluice.Client.Consuming;

namespace Sluice.Cli.Tests.Parsing;

public sealed class StartPositionParserTests
{
    [Fact]
    public void Words_are_read_in_any_case()
    {
        Parse("beginning").ShouldBe(StartPosition.Beginning);
        Parse("Earliest").ShouldBe(StartPosition.Beginning);
        Parse("END").ShouldBe(StartPosition.End);
    }

    [Fact]
    public void Small_numbers_are_offsets_and_large_ones_times()
    {
        Parse("0").ShouldBe(StartPosition.AtOffset(0));
        Parse("99999999999").ShouldBe(StartPosition.AtOffset(99_999_999_999));
        Parse("100000000000").ShouldBe(StartPosition.AtTime(100_000_000_000));
        Parse("1769860800000").ShouldBe(StartPosition.AtTime(1_769_860_800_000));
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", 1_769_860_800_000)]
    [InlineData("2026-01-31T12:00:00", 1_769_860_800_000)]
    [InlineData("2026-01-31T13:00:00+01:00", 1_769_860_800_000)]
    [InlineData("2026-01-31 12:00:00.250", 1_769_860_800_250)]
    [InlineData("1970-01-01", 0)]
    public void Times_are_read_and_without_a_zone_are_UTC(string text, long timestampMs) => Parse(text).ShouldBe(StartPosition.AtTime(timestampMs));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("1.5")]
    [InlineData("yesterday")]
    [InlineData("12:00")]
    [InlineData("1969-12-31")]
    [InlineData("2026-13-01")]
    [InlineData("99999999999999999999")]
    public void Nonsense_is_refused(string text) => StartPositionParser.TryParse(text, out _).ShouldBeFalse();

    private static StartPosition Parse(string text)
    {
        StartPositionParser.TryParse(text, out StartPosition position).ShouldBeTrue(text);
        return position;
    }
}
