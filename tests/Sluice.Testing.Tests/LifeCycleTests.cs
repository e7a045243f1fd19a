using System.Diagnostics;
using System.Net.NetworkInformation;
using Confluent.Kafka;

namespace Sluice.Testing.Tests;

public class LifeCycleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_broker_serves_a_client_and_shows_what_was_written()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders", partitions: 3));
        using IProducer<string, string> producer = Clients.Producer(broker);

        await producer.SendAsync("orders", "from the client");
        long offset = await broker.Topic("orders").ProduceAsync("k", "from the test", partition: 2);

        IReadOnlyList<BrokerRecord> records = await broker.Topic("orders").ReadAllAsync();
        records.Select(static record => record.Value).ShouldBe(["from the client", "from the test"], ignoreOrder: true);
        (await broker.Topic("orders").EndOffsetsAsync()).Sum().ShouldBe(2);
        records.ShouldContain(record => record.Partition == 2 && record.Offset == offset);
    }

    [Fact]
    public async Task Brokers_that_come_and_go_leave_nothing_behind()
    {
        int cyclesCount = Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? 1000 : 20;
        List<double> startMs = [];
        for (int cycle = 0; cycle < cyclesCount; cycle++)
        {
            long startedAt = Stopwatch.GetTimestamp();
            SluiceBroker broker = await SluiceBroker.StartAsync();
            startMs.Add(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
            int port = broker.Port;
            await broker.DisposeAsync();
            Directory.Exists(broker.DataDirectory).ShouldBeFalse();
            IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().ShouldNotContain(listener => listener.Port == port);
            // Open handles on files of a directory that is gone are still told by the kernel.
            if (OperatingSystem.IsLinux()) OpenFiles().ShouldNotContain(path => path.StartsWith(broker.DataDirectory, StringComparison.Ordinal));
        }
        startMs.Sort();
        output.WriteLine($"median time to start: {startMs[startMs.Count / 2]:F1} ms, longest {startMs[^1]:F1} ms");
    }

    [Fact]
    public async Task A_restart_keeps_data_and_port_and_the_client_goes_on()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders"));
        using IProducer<string, string> producer = Clients.Producer(broker);
        await producer.SendAsync("orders", "before");
        int port = broker.Port;

        await broker.RestartAsync();

        broker.Port.ShouldBe(port);
        await producer.SendAsync("orders", "after");
        (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task A_paused_broker_answers_when_it_goes_on()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders"));
        using IProducer<string, string> producer = Clients.Producer(broker);
        await producer.SendAsync("orders", "before");
        broker.Pause();

        Task<DeliveryResult<string, string>> waiting = producer.SendAsync("orders", "paused");
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (!broker.Requests.Snapshot().Any(static request => !request.IsDone)) await Task.Delay(1, deadline.Token);
        (await broker.Topic("orders").EndOffsetsAsync()).ShouldBe([1]);
        waiting.IsCompleted.ShouldBeFalse();
        broker.Resume();

        (await waiting).Offset.Value.ShouldBe(1);
    }

    [Fact]
    public async Task Misuse_is_answered_with_what_to_do()
    {
        SluiceBroker broker = await SluiceBroker.StartAsync();
        int port = broker.Port;
        (await Should.ThrowAsync<SluiceBrokerException>(() => SluiceBroker.StartAsync(options => options.WithPort(port))))
            .Message.ShouldStartWith($"Port {port} is in use. Leave WithPort out");
        string directory = broker.DataDirectory;
        (await Should.ThrowAsync<SluiceBrokerException>(() => SluiceBroker.StartAsync(options => options.WithDataDirectory(directory))))
            .Message.ShouldContain("is in use by another broker");
        (await Should.ThrowAsync<SluiceBrokerException>(() => SluiceBroker.StartAsync(static options => options.WithSetting("num.partition", "3"))))
            .Message.ShouldContain("num.partitions");
        await broker.DisposeAsync();
        Should.Throw<ObjectDisposedException>(() => broker.BootstrapServers);
        Should.Throw<ObjectDisposedException>(() => broker.Topic("orders"));
    }

    private static IEnumerable<string> OpenFiles() =>
        Directory.GetFiles("/proc/self/fd").Select(static path => new FileInfo(path).LinkTarget).OfType<string>();
}
