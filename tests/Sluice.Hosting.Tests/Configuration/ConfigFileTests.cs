using System.Text;
using Sluice.Hosting.Configuration;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Tests.Configuration;

public sealed class ConfigFileTests
{
    [Theory]
    [InlineData("a=1", "a", "1")]
    [InlineData("a:1", "a", "1")]
    [InlineData("a 1", "a", "1")]
    [InlineData("a\t=\t1", "a", "1")]
    [InlineData("  a  =  1 ", "a", "1 ")]
    [InlineData("a", "a", "")]
    [InlineData("a=", "a", "")]
    [InlineData("a = = 1", "a", "= 1")]
    [InlineData("a=b=c:d", "a", "b=c:d")]
    [InlineData("a=1 # no comment", "a", "1 # no comment")]
    [InlineData("a\\ b\\=\\:c=1", "a b=:c", "1")]
    [InlineData("a=C:\\\\data\\tx\\q", "a", "C:\\data\txq")]
    [InlineData("a=\\u00e4\\u20AC", "a", "ä€")]
    [InlineData("a=ä", "a", "ä")]
    [InlineData("a=1,\\\n   2,\\\n\t3", "a", "1,2,3")]
    [InlineData("a=1\\\\\nb=2", "a", "1\\")]
    [InlineData("a=1\\", "a", "1")]
    [InlineData("a=1\\\n", "a", "1")]
    [InlineData("# c\n! d\n\n \t\na=1", "a", "1")]
    [InlineData("# comment \\\na=1", "a", "1")]
    [InlineData("a=1\\\n# part of the value", "a", "1# part of the value")]
    [InlineData("a=1\r\nb=2\r\n", "a", "1")]
    [InlineData("a=1\rb=2", "a", "1")]
    public void A_properties_file_is_read_as_Java_reads_it(string text, string name, string value)
    {
        ConfigEntry entry = PropertiesSettings.Parse(text, "f")[0];

        (entry.Name, entry.Value).ShouldBe((name, value));
    }

    [Fact]
    public void Each_setting_says_the_line_that_it_begins_on()
    {
        PropertiesSettings.Parse("# x\na=1,\\\n2\n\nb=2\r\nb=3", "server.properties")
            .ShouldBe([new ConfigEntry("a", "1,2", "server.properties:2"), new ConfigEntry("b", "2", "server.properties:5"), new ConfigEntry("b", "3", "server.properties:6")]);
    }

    [Theory]
    [InlineData("a=1\nb=\\u12", "f:2: \\u needs four hexadecimal digits")]
    [InlineData("a=\\u12g4", "f:1: \\u needs four hexadecimal digits")]
    [InlineData("\n=1", "f:2: a value without a name")]
    public void A_broken_properties_file_is_an_error_with_file_and_line(string text, string message) =>
        Should.Throw<ConfigFileException>(() => PropertiesSettings.Parse(text, "f")).Message.ShouldBe(message);

    [Fact]
    public void A_json_file_may_be_flat_or_nested()
    {
        const string Json = """
            {
              // where
              "log": { "dirs": ["/a", "/b"], "retention": { "ms": 60000, "bytes": 1e9 } },
              "num.partitions": "3",
              "auto.create.topics.enable": false,
              "broker.rack": null,
            }
            """;

        JsonSettings.Parse(Encoding.UTF8.GetBytes(Json), "s.json").ShouldBe(
        [
            new ConfigEntry("log.dirs", "/a,/b", "s.json:3"), new ConfigEntry("log.retention.ms", "60000", "s.json:3"),
            new ConfigEntry("log.retention.bytes", "1e9", "s.json:3"), new ConfigEntry("num.partitions", "3", "s.json:4"),
            new ConfigEntry("auto.create.topics.enable", "false", "s.json:5"),
        ]);
    }

    [Theory]
    [InlineData("", "s.json:1: this is not JSON: ")]
    [InlineData("[]", "s.json:1: settings are one JSON object")]
    [InlineData("{\n\"a\": }", "s.json:2: this is not JSON: ")]
    [InlineData("{\n\"a\": 1", "s.json:2: this is not JSON: ")]
    [InlineData("{\"a\": 1} x", "s.json:1: this is not JSON: ")]
    [InlineData("{\n\"a\": [1,\n{}]}", "s.json:3: an element of a is neither text, number nor boolean")]
    [InlineData("{\"a\": [\"1,2\"]}", "s.json:1: an element of a contains a comma, which parts elements")]
    public void A_broken_json_file_is_an_error_with_file_and_line(string json, string message)
    {
        string told = Should.Throw<ConfigFileException>(() => JsonSettings.Parse(Encoding.UTF8.GetBytes(json), "s.json")).Message;
        told.ShouldStartWith(message);
        told.ShouldNotContain("LineNumber", Case.Sensitive, "the place is told once");
    }

    [Fact]
    public void The_name_of_the_file_says_its_format()
    {
        using var directory = new TemporaryDirectory();

        ConfigFile.Load(directory.Write("a.json", "{\"a\":1}"u8)).ShouldBe([new ConfigEntry("a", "1", "a.json:1")]);
        ConfigFile.Load(directory.Write("a.properties", "\uFEFFa=ä"u8)).ShouldBe([new ConfigEntry("a", "ä", "a.properties:1")]);
        Should.Throw<ConfigFileException>(() => ConfigFile.Load(directory.Write("latin.properties", [(byte)'a', (byte)'\n', (byte)'b', (byte)'=', 0xe4])))
            .Message.ShouldStartWith("latin.properties:2: the file is not in UTF-8");
        Should.Throw<FileNotFoundException>(() => ConfigFile.Load(Path.Combine(directory.Path, "none")));
    }
}
