using System.Net;
using System.Net.Sockets;
using Sluice.Broker.Tests.Support;
using Sluice.Metadata;

namespace Sluice.Broker.Tests.Start;

public class StartErrorTests
{
    [Fact]
    public async Task A_port_in_use_is_told_with_its_number()
    {
        using Socket other = new(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;
        using TemporaryDirectory directory = new();
        (await FailAsync(directory.Path, $"listeners=PLAINTEXT://127.0.0.1:{port}")).ShouldContain($"127.0.0.1:{port}");
    }

    [Theory]
    [InlineData("PLAINTEXT://no-such-host.invalid:9092", "no-such-host.invalid")]
    [InlineData("PLAINTEXT://203.0.113.7:9092", "203.0.113.7")]
    public async Task An_address_that_is_not_here_is_told(string listener, string told)
    {
        using TemporaryDirectory directory = new();
        (await FailAsync(directory.Path, $"listeners={listener}")).ShouldContain(told);
    }

    [Theory]
    [InlineData("no.such.setting=1", "no.such.setting")]
    [InlineData("num.partitions=many", "num.partitions")]
    [InlineData("sluice.transfer.copy.threshold.bytes=1000000", "sluice.transfer.copy.threshold.bytes")]
    [InlineData("sluice.transfer.path=pigeon", "sluice.transfer.path")]
    public async Task A_setting_that_cannot_be_is_told_by_name(string setting, string told)
    {
        using TemporaryDirectory directory = new();
        (await FailAsync(directory.Path, setting)).ShouldContain(told);
    }

    [Fact]
    public async Task A_data_directory_below_a_file_is_told()
    {
        using TemporaryDirectory directory = new();
        string file = Path.Combine(directory.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        (await FailAsync(Path.Combine(file, "data"))).ShouldContain(file);
        (await FailAsync(file)).ShouldContain($"{file} is a file, and a directory is wanted");
    }

    [Fact]
    public async Task A_data_directory_without_permission_is_told()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root") Assert.Skip("this user may write everywhere");
        using TemporaryDirectory directory = new();
        string data = Directory.CreateDirectory(Path.Combine(directory.Path, "data"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        (await FailAsync(data)).ShouldContain(data);
    }

    [Fact]
    public async Task A_data_directory_in_use_is_told_and_the_broker_that_uses_it_goes_on()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (await FailAsync(broker.DataDirectory)).ShouldContain("in use by another broker");
        await broker.ConnectAsync();
        await broker.RestartAsync();
    }

    [Fact]
    public async Task Another_nodes_data_directory_is_told_with_both_ids()
    {
        await using TestBroker broker = await TestBroker.StartAsync("node.id=4");
        await broker.StopAsync();
        string message = await FailAsync(broker.DataDirectory, "node.id=5");
        message.ShouldContain("node 4");
        message.ShouldContain("node 5");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task A_damaged_metadata_log_is_told_with_its_file_and_left_as_it_is(int position)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await (await broker.ConnectAsync()).CreateTopicAsync("events");
        await broker.StopAsync();
        string path = Path.Combine(broker.DataDirectory, LocalMetadataStore.LogFileName);
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[position] ^= 0xff;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        (await FailAsync(broker.DataDirectory)).ShouldContain(path);
        (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).ShouldBe(bytes);
    }

    [Theory]
    [InlineData("meta.properties", "version=1\nnode.id=one\ncluster.id=abc\n")]
    [InlineData("meta.properties", "version=1\nnode.id=1\ncluster.id=IAmOfAnotherClusterXYZ\n")]
    [InlineData("events-0/partition.metadata", "version: 0\ntopic_id: none")]
    [InlineData("sluice-metadata.log", "")]
    [InlineData("sluice-metadata.snapshot", "{}")]
    public async Task A_file_that_cannot_be_understood_is_told(string file, string content)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await (await broker.ConnectAsync()).CreateTopicAsync("events");
        await broker.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(broker.DataDirectory, file), content, TestContext.Current.CancellationToken);
        (await FailAsync(broker.DataDirectory)).ShouldContain(broker.DataDirectory);
    }

    [Fact]
    public async Task A_directory_that_is_no_partition_is_told()
    {
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(Path.Combine(directory.Path, "holiday photos"));
        (await FailAsync(directory.Path)).ShouldContain("holiday photos");
    }

    [Fact]
    public async Task After_a_failed_start_the_port_and_the_directory_are_free()
    {
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(Path.Combine(directory.Path, "holiday photos"));
        using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        probe.Dispose();
        await FailAsync(directory.Path, $"listeners=PLAINTEXT://127.0.0.1:{port}");

        Directory.Delete(Path.Combine(directory.Path, "holiday photos"));
        await using TestBroker broker = await TestBroker.StartInAsync(directory.Path, $"listeners=PLAINTEXT://127.0.0.1:{port}");
        await broker.ConnectAsync();
    }

    /// <summary>Starts a broker that must not start.</summary>
    /// <returns>The one line for the person who started it.</returns>
    private static async Task<string> FailAsync(string directory, params string[] settings)
    {
        BrokerStartException failure = await Should.ThrowAsync<BrokerStartException>(() => BrokerServer.StartAsync(TestBroker.Options(directory, settings)));
        failure.Message.ShouldNotContain("\n");
        failure.Message.ShouldNotContain("Exception");
        return failure.Message;
    }
}
