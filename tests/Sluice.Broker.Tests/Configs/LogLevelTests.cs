using Microsoft.Extensions.Logging;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Configs;

public class LogLevelTests
{
    private const string Requests = "Sluice.Broker.Requests";
    private const string NotServed = "UnsupportedRequest";

    [Fact]
    public async Task A_logger_has_the_roots_level_until_it_has_its_own()
    {
        await using TestBroker broker = await TestBroker.StartAsync(static options => options.LogLevel = LogLevel.Warning);
        KafkaConnection connection = await broker.ConnectAsync();
        (await LevelAsync(connection, Requests)).ShouldBe("WARN");
        (await SetAsync(connection, Requests, "DEBUG")).ShouldBe(ErrorCode.None);
        (await LevelAsync(connection, Requests)).ShouldBe("DEBUG");
        (await LevelAsync(connection, "Sluice.Log")).ShouldBe("WARN");
        (await SetAsync(connection, "root", "ERROR")).ShouldBe(ErrorCode.None);
        (await LevelAsync(connection, "Sluice.Log")).ShouldBe("ERROR");
        (await LevelAsync(connection, Requests)).ShouldBe("DEBUG");
        (await connection.AlterAsync(ConfigCalls.BrokerLogger, "1", Requests, null, ConfigCalls.Delete)).ErrorCode.ShouldBe(ErrorCode.None);
        (await LevelAsync(connection, Requests)).ShouldBe("ERROR");
    }

    [Fact]
    public async Task What_is_written_follows_the_level_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync(static options => options.LogLevel = LogLevel.Error);
        KafkaConnection connection = await broker.ConnectAsync();
        await AskForWhatIsNotServedAsync(broker);
        (await SetAsync(connection, Requests, "DEBUG")).ShouldBe(ErrorCode.None);
        broker.Log.Events.ShouldNotContain(static logged => logged.Name == NotServed);
        await AskForWhatIsNotServedAsync(broker);
        broker.Log.Events.ShouldContain(static logged => logged.Name == NotServed);
    }

    [Fact]
    public async Task A_level_that_the_host_does_not_let_through_is_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        KafkaConnection connection = await broker.ConnectAsync();
        // The test's own log is the host's logging here; it begins at DEBUG.
        (await LevelAsync(connection, "root")).ShouldBe("DEBUG");
        (await SetAsync(connection, "root", "TRACE")).ShouldBe(ErrorCode.InvalidConfig);
    }

    [Fact]
    public async Task A_change_with_one_mistake_changes_nothing()
    {
        await using TestBroker broker = await TestBroker.StartAsync(static options => options.LogLevel = LogLevel.Warning);
        KafkaConnection connection = await broker.ConnectAsync();
        IncrementalAlterConfigsRequest request = new();
        IncrementalAlterConfigsRequest.AlterConfigsResource resource = request.Resources.Add();
        (resource.ResourceType, resource.ResourceName) = (ConfigCalls.BrokerLogger, "1");
        foreach ((string name, string value) in new[] { (Requests, "DEBUG"), ("no.such.logger", "DEBUG") })
        {
            IncrementalAlterConfigsRequest.AlterableConfig config = resource.Configs.Add();
            (config.Name, config.Value) = (name, value);
        }
        IncrementalAlterConfigsResponse.AlterConfigsResourceResponse refused = (await connection.SendAsync(request)).Responses.ShouldHaveSingleItem();
        refused.ErrorCode.ShouldBe(ErrorCode.InvalidConfig);
        refused.ErrorMessage!.ShouldContain("no.such.logger");
        (await LevelAsync(connection, Requests)).ShouldBe("WARN");
    }

    // It is written down, and the connection ended.
    private static async Task AskForWhatIsNotServedAsync(TestBroker broker)
    {
        RawConnection raw = await broker.ConnectRawAsync();
        await raw.SendFrameAsync(new byte[] { 0x7F, 0xFF, 0, 0 });
        (await raw.ReceiveAsync()).ShouldBeNull();
    }

    private static async Task<string> LevelAsync(KafkaConnection connection, string logger)
    {
        DescribeConfigsResponse.DescribeConfigsResourceResult level = await connection.DescribeOneAsync(ConfigCalls.BrokerLogger, "1", logger);
        level.ConfigSource.ShouldBe((sbyte)6);
        return level.Value!;
    }

    private static async Task<ErrorCode> SetAsync(KafkaConnection connection, string logger, string level) =>
        (await connection.AlterAsync(ConfigCalls.BrokerLogger, "1", logger, level)).ErrorCode;
}
