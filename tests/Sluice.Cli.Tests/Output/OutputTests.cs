using System.Text;
using Sluice.Cli.Output;
using Sluice.Client.Consuming;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Tests.Output;

public sealed class OutputTests
{
    private static readonly ConsumedRecord Record = new(
        "orders", 2, 41, 1_769_860_800_250, TimestampType.CreateTime, "k"u8.ToArray(), "v"u8.ToArray(), [new("a", [49]), new("b", null)]);

    [Theory]
    [InlineData("oders", "orders")]
    [InlineData("ORDERS", "orders")]
    [InlineData("ordesr", "orders")]
    [InlineData("prices2", "prices")]
    [InlineData("x", null)]
    [InlineData("something", null)]
    public void Near_miss_is_found(string typed, string? expected) => NearMiss.Find(typed, ["orders", "prices"]).ShouldBe(expected);

    [Theory]
    [InlineData(-1, "-")]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1_572_864, "1.5 MiB")]
    [InlineData(long.MaxValue, "8192 PiB")]
    public void Bytes_are_shown_in_a_unit_that_fits(long bytes, string expected) => Amounts.Bytes(bytes).ShouldBe(expected);

    [Theory]
    [InlineData(-1, "-")]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(long.MaxValue, "-")]
    public void Time_that_is_none_is_a_dash(long timestampMs, string expected) => Amounts.Time(timestampMs).ShouldBe(expected);

    [Fact]
    public void Plain_table_is_aligned_and_has_no_trailing_blanks()
    {
        var table = new TextTable("Topic", ">Size", "Rack");
        table.Add("a", "12", "");
        table.Add("longer", "3", "r1");
        table.Render(isRich: false, 80).ShouldBe("TOPIC   SIZE  RACK\na         12\nlonger     3  r1\n");
    }

    [Fact]
    public void Drawn_table_keeps_brackets_in_cells()
    {
        var table = new TextTable("Name");
        table.Add("[bold]x[/]");
        table.Render(isRich: true, 80).ShouldContain("[bold]x[/]");
    }

    [Theory]
    [InlineData("{topic}-{partition}@{offset} {timestamp} {time} {key}={value} [{headers}]\\n", "orders-2@41 1769860800250 2026-01-31T12:00:00.250Z k=v [a=1,b=null]\n")]
    [InlineData("{{{key}}}\\t\\\\n", "{k}\t\\n")]
    [InlineData("\\q", "\\q")]
    [InlineData("", "")]
    public void Format_is_filled_in(string format, string expected) => Print(RecordFormat.Parse(format), Record).ShouldBe(expected);

    [Theory]
    [InlineData(null, "v\n")]
    [InlineData("key,offset", "k\t41\tv\n")]
    [InlineData("Partition, key,value", "2\tk\tv\n")]
    public void Fields_come_before_the_value(string? fields, string expected) => Print(RecordFormat.FromFields(fields), Record).ShouldBe(expected);

    [Fact]
    public void Null_is_printed_as_wanted_and_empty_stays_empty()
    {
        Print(RecordFormat.FromFields("key"), Record with { Key = ReadOnlyMemory<byte>.Empty, Value = null }).ShouldBe("\tnull\n");
    }

    [Fact]
    public void Json_tells_null_from_empty_and_text_from_bytes()
    {
        PrintJson(Record).ShouldBe(
            """{"topic":"orders","partition":2,"offset":41,"timestamp":1769860800250,"key":"k","value":"v","headers":[{"name":"a","value":"1"},{"name":"b","value":null}]}""" + "\n");
        PrintJson(Record with { Key = null, Value = new byte[] { 0xff, 0x00 }, Headers = [] }).ShouldContain("""
            "key":null,"valueBase64":"/wA=","headers":[]
            """);
        PrintJson(Record with { Key = ReadOnlyMemory<byte>.Empty, Value = "é\"\n"u8.ToArray() }).ShouldContain("""
            "key":"","value":"é\"\n"
            """);
    }

    [Fact]
    public void Output_larger_than_its_buffer_is_written_whole()
    {
        using var stream = new MemoryStream();
        var output = new StandardOutput(stream);
        byte[] bytes = [.. Enumerable.Range(0, 300_000).Select(number => (byte)number)];
        output.Write(bytes);
        output.Flush();
        stream.ToArray().ShouldBe(bytes);
    }

    private static string Print(RecordFormat format, ConsumedRecord record) => Printed(output => new TextRecordPrinter(output, format, "null").Print(record));

    private static string PrintJson(ConsumedRecord record) => Printed(output => new JsonRecordPrinter(output).Print(record));

    private static string Printed(Action<StandardOutput> print)
    {
        using var stream = new MemoryStream();
        var output = new StandardOutput(stream);
        print(output);
        output.Flush();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
