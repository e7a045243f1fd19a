using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Tests;

public class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1000", 1000)]
    [InlineData("64KiB", 65536)]
    [InlineData("64k", 65536)]
    [InlineData("1 MiB", 1048576)]
    [InlineData("2GiB", 2147483648)]
    public void Sizes_are_read(string text, long bytes)
    {
        ByteSize.TryParse(text, out long parsed).ShouldBeTrue();
        parsed.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KiB")]
    [InlineData("-1")]
    [InlineData("1.5MiB")]
    [InlineData("1XB")]
    [InlineData("9999999TiB")]
    [InlineData("99999999999999999999")]
    public void What_is_no_size_is_refused(string text) => ByteSize.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(1000, "1000 B", "1000")]
    [InlineData(8192, "8 KiB", "8k")]
    [InlineData(1 << 20, "1 MiB", "1m")]
    [InlineData((1 << 20) + 1024, "1025 KiB", "1025k")]
    public void Sizes_are_written_exactly(long bytes, string text, string shortText)
    {
        ByteSize.Format(bytes).ShouldBe(text);
        ByteSize.Short(bytes).ShouldBe(shortText);
    }
}
