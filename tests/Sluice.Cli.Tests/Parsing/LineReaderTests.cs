using System.Text;
using Sluice.Cli.Parsing;

namespace Sluice.Cli.Tests.Parsing;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n", new[] { "a" })]
    [InlineData("a\nb", new[] { "a", "b" })]
    [InlineData("\n\n", new[] { "", "" })]
    [InlineData("a\r\nb\rc\r\n", new[] { "a", "b\rc" })]
    [InlineData("a\r", new[] { "a\r" })]
    public async Task Lines_end_with_LF_or_CRLF(string text, string[] expected)
    {
        foreach (int pieceBytes in new[] { 1, 2, 1000 }) (await ReadAsync(text, 1000, pieceBytes)).ShouldBe(expected);
    }

    [Fact]
    public async Task Line_as_long_as_allowed_is_read_whatever_its_end()
    {
        foreach (string end in new[] { "", "\n", "\r\n" }) (await ReadAsync("12345" + end, 5, 1)).ShouldBe(["12345"]);
    }

    [Fact]
    public async Task Longer_line_is_refused_with_its_number()
    {
        foreach (int pieceBytes in new[] { 1, 1000 })
        {
            CommandException exception = await Should.ThrowAsync<CommandException>(() => ReadAsync("ok\n1234567\n", 5, pieceBytes));
            exception.Message.ShouldContain("line 2 is longer than 5 bytes");
        }
    }

    [Fact]
    public async Task Line_without_end_is_refused_before_it_fills_the_memory()
    {
        await Should.ThrowAsync<CommandException>(() => ReadAsync(new string('x', 500_000), 100_000, 65_536));
    }

    [Fact]
    public async Task Lines_longer_than_the_first_buffer_are_read_whole()
    {
        string line = new('x', 200_000);
        (await ReadAsync($"a\n{line}\nb", 1_000_000, 30_000)).ShouldBe(["a", line, "b"]);
    }

    private static async Task<List<string>> ReadAsync(string text, int lineBytesMax, int pieceBytes)
    {
        var reader = new LineReader(new Pieces(Encoding.UTF8.GetBytes(text), pieceBytes), lineBytesMax);
        List<string> lines = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } line) lines.Add(Encoding.UTF8.GetString(line.Span));
        reader.LinesCount.ShouldBe(lines.Count);
        return lines;
    }

    private sealed class Pieces(byte[] bytes, int pieceBytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceBytes)], cancellationToken);
    }
}
