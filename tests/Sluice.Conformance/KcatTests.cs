using System.Globalization;
using System.Text;
using Sluice.Conformance.Clients;
using Sluice.Conformance.Peers;
using Sluice.Conformance.Workloads;

namespace Sluice.Conformance;

/// <summary>kcat, as the README shows it.</summary>
public sealed class KcatTests : IAsyncLifetime
{
    private SluiceProcess? _broker;

    public async ValueTask InitializeAsync() => _broker = await SluiceProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task Records_with_keys_and_headers_come_back_also_after_a_restart(string codec)
    {
        Kcat.SkipIfMissing();
        using TemporaryFolder folder = new("kcat");
        string lines = Path.Combine(folder.Path, "lines");
        byte[] expected = KcatLines.Write(lines, Volume.RecordsCount);
        await using (SluiceProcess broker = await SluiceProcess.StartAsync(Path.Combine(folder.Path, "data")))
        {
            await Kcat.Run("", Volume.Patience, "-b", broker.BootstrapServers, "-t", "hello", "-P", "-z", codec, "-K", ":", "-H", KcatLines.Header, "-l", lines);
            // The topic was made by producing to it, with one partition.
            (await Read(broker)).ShouldBe(expected);
            (await broker.StopAsync()).ShouldBe(0, broker.Output);
        }
        await using SluiceProcess again = await SluiceProcess.StartAsync(Path.Combine(folder.Path, "data"));
        (await Read(again)).ShouldBe(expected);

        static Task<byte[]> Read(SluiceProcess broker) =>
            Kcat.HashOutput(Volume.Patience, "-b", broker.BootstrapServers, "-t", "hello", "-C", "-e", "-q", "-f", KcatLines.Format);
    }

    [Fact]
    public async Task Keys_headers_partitions_and_offsets_are_kept()
    {
        Kcat.SkipIfMissing();
        await Kcat.Run("k1:v1\nk2:v2\nk3:\n", Volume.Patience, "-b", _broker!.BootstrapServers, "-t", "keyed", "-P", "-K", ":", "-H", "h1=one", "-H", "h2=two", "-Z");
        string read = await Kcat.Run("", Volume.Patience, "-b", _broker.BootstrapServers, "-t", "keyed", "-C", "-e", "-q", "-Z", "-f", "%p %o %k=%s [%h] %S\\n");
        read.ShouldBe("0 0 k1=v1 [h1=one,h2=two] 2\n0 1 k2=v2 [h1=one,h2=two] 2\n0 2 k3=NULL [h1=one,h2=two] -1\n");
    }

    [Fact]
    public async Task Metadata_is_listed()
    {
        Kcat.SkipIfMissing();
        await Kcat.Run("x\n", Volume.Patience, "-b", _broker!.BootstrapServers, "-t", "listed", "-P");
        string listed = await Kcat.Run("", Volume.Patience, "-b", _broker.BootstrapServers, "-L");
        listed.ShouldContain($"broker 1 at {_broker.BootstrapServers}");
        listed.ShouldContain("topic \"listed\" with 1 partitions:");
        listed.ShouldContain("partition 0, leader 1, replicas: 1, isrs: 1");
    }

    [Fact]
    public async Task Offsets_are_found_by_time_and_from_the_end()
    {
        Kcat.SkipIfMissing();
        await Kcat.Run(Lines(10), Volume.Patience, "-b", _broker!.BootstrapServers, "-t", "timed", "-P");
        (await Kcat.Run("", Volume.Patience, "-b", _broker.BootstrapServers, "-t", "timed", "-C", "-e", "-q", "-o", "-3", "-f", "%o ")).ShouldBe("7 8 9 ");
        (await Kcat.Run("", Volume.Patience, "-b", _broker.BootstrapServers, "-Q", "-t", "timed:0:-1")).ShouldContain("timed [0] offset 10");
        (await Kcat.Run("", Volume.Patience, "-b", _broker.BootstrapServers, "-Q", "-t", "timed:0:1000")).ShouldContain("timed [0] offset 0");
    }

    private static string Lines(int count)
    {
        StringBuilder lines = new();
        for (int i = 0; i < count; i++) lines.Append(CultureInfo.InvariantCulture, $"line {i} of {count}: ").Append('x', i % 200).Append('\n');
        return lines.ToString();
    }
}
