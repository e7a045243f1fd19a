using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Sluice.Hosting.Tests;

public sealed class SluiceOptionsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_option_is_bound_from_the_configuration_and_the_code_has_the_last_word()
    {
        HostApplicationBuilder builder = Hosts.Create(_directory);
        _directory.Write("broker.properties", "num.partitions=2"u8);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Sluice:Host", "localhost"),
            new("Sluice:Port", "19092"),
            new("Sluice:DataDirectory", "below"),
            new("Sluice:ConfigFile", "broker.properties"),
            new("Sluice:Settings:log.retention.ms", "60000"),
        ]);
        using IHost host = builder.Build();

        SluiceOptions options = host.Services.GetRequiredService<IOptions<SluiceOptions>>().Value;

        options.Host.ShouldBe("localhost");
        options.Port.ShouldBe(0, "the code said so");
        options.DataDirectory.ShouldBe("below");
        options.ConfigFile.ShouldBe("broker.properties");
        options.Settings.ShouldBe(new Dictionary<string, string> { ["log.retention.ms"] = "60000" });
        var settings = SluiceSettings.Create(options, _directory.Path).Entries;
        settings["listeners"].Value.ShouldBe("PLAINTEXT://localhost:0");
        settings["log.dir"].Value.ShouldBe(Path.Combine(_directory.Path, "below"));
        settings["num.partitions"].Value.ShouldBe("2");
        settings["log.retention.ms"].Value.ShouldBe("60000");
    }

    [Fact]
    public void Settings_win_over_the_file_and_the_file_over_the_other_options()
    {
        _directory.Write("broker.json", """{ "log.dir": "/from/file", "num": { "partitions": 2 } }"""u8);
        SluiceOptions options = new() { ConfigFile = "broker.json" };
        options.Settings["num.partitions"] = "3";

        var settings = SluiceSettings.Create(options, _directory.Path).Entries;

        settings["log.dir"].Value.ShouldBe("/from/file");
        settings["num.partitions"].Value.ShouldBe("3");
    }

    [Theory]
    [InlineData("Port", "70000", "Sluice: Port is 70000; it must be 0 (a free one) to 65535")]
    [InlineData("Host", " ", "Sluice: Host is empty")]
    [InlineData("DataDirectory", "", "Sluice: DataDirectory is empty")]
    [InlineData("DataDirectory", "a,b", "its path cannot hold a comma")]
    [InlineData("ConfigFile", "missing.json", "Sluice: ConfigFile: Could not find file")]
    [InlineData("Settings:num.partition", "3", "num.partitions")]
    [InlineData("Settings:num.partitions", "many", "SluiceOptions.Settings")]
    public async Task What_is_wrong_stops_the_start_and_is_said(string option, string value, string message)
    {
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { ContentRootPath = _directory.Path, DisableDefaults = true });
        builder.AddSluice();
        builder.Configuration.AddInMemoryCollection([new($"Sluice:{option}", value)]);
        using IHost host = builder.Build();

        (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync())).Message.ShouldContain(message);
        host.Services.GetRequiredService<SluiceHostedBroker>().IsRunning.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Prot", "9092", "'Prot'")]
    [InlineData("Port", "ninety", "Sluice:Port")]
    public async Task A_name_or_value_that_cannot_be_bound_stops_the_start(string option, string value, string message)
    {
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { ContentRootPath = _directory.Path, DisableDefaults = true });
        builder.AddSluice();
        builder.Configuration.AddInMemoryCollection([new($"Sluice:{option}", value)]);
        using IHost host = builder.Build();

        (await Should.ThrowAsync<InvalidOperationException>(() => host.StartAsync())).Message.ShouldContain(message);
    }
}
