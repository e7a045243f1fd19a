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
        int cyclesCount = Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? 1000 : 30;
        // What the process opens once and keeps is open by then.
        for (int cycle = 0; cycle < 3; cycle++) await RunCycleAsync();
        (int threadsCount, int handlesCount) = CountResources();
        List<double> producedMs = [];
        for (int cycle = 0; cycle < cyclesCount; cycle++) producedMs.Add(await RunCycleAsync());

        producedMs.Sort();
        // The pool of threads and other tests' clients may add a few; a leak of one in each cycle would add as many as there were cycles.
        using CancellationTokenSource deadline = new(Clients.Deadline);
        while (CountResources() is var (threads, handles) && (threads >= threadsCount + (cyclesCount / 2) || handles >= handlesCount + (cyclesCount / 2)))
            await Task.Delay(20, deadline.Token);
        (int threadsLeftCount, int handlesLeftCount) = CountResources();
        output.WriteLine($"{cyclesCount} cycles; start to first acknowledged record: median {producedMs[producedMs.Count / 2]:F1} ms, longest {producedMs[^1]:F1} ms");
        output.WriteLine($"threads {threadsCount} -> {threadsLeftCount}, handles {handlesCount} -> {handlesLeftCount}");
    }

    [Fact]
    public async Task A_hundred_brokers_live_in_one_process()
    {
        SluiceBroker[] brokers = await Task.WhenAll(Enumerable.Range(0, 100).Select(static _ => SluiceBroker.StartAsync(static options => options.WithTopic("orders"))));
        try
        {
            brokers.Select(static broker => broker.Port).Distinct().Count().ShouldBe(100);
            await Task.WhenAll(brokers.Select(static broker => broker.Topic("orders").ProduceAsync(null, broker.BootstrapServers)));
            foreach (SluiceBroker broker in brokers)
                (await broker.Topic("orders").ReadAllAsync()).Select(static record => record.Value).ShouldBe([broker.BootstrapServers]);
        }
        finally
        {
            foreach (SluiceBroker broker in brokers) await broker.DisposeAsync().AsTask().WaitAsync(Clients.Deadline);
        }
        brokers.ShouldAllBe(static broker => !Directory.Exists(broker.DataDirectory));
    }

    [Fact]
    public async Task A_restart_keeps_data_and_port_and_the_client_goes_on()
    {
        await using SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders"));
        using IProducer<string, string> producer = Clients.Producer(broker);
        await producer.SendAsync("orders", "before");
        int port = broker.Port;

        await broker.RestartAsync().WaitAsync(Clients.Deadline);

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
        Should.Throw<ObjectDisposedException>(() => broker.Topic("orders")).Message.ShouldStartWith("The broker was disposed, and its port and data are gone.");
        Should.Throw<ObjectDisposedException>(() => broker.AddFault(Fault.On(Protocol.ApiKey.Fetch).DropBeforeEffect()));
        Should.Throw<ObjectDisposedException>(() => broker.Connections);
        Should.Throw<ObjectDisposedException>(() => broker.Disk);
        await Should.ThrowAsync<ObjectDisposedException>(() => broker.RestartAsync());
    }

    /// <summary>Starts a broker, has a client write a record, stops it, and looks whether anything of it is left.</summary>
    /// <returns>Milliseconds from the start to the acknowledgement.</returns>
    private static async Task<double> RunCycleAsync()
    {
        long startedAt = Stopwatch.GetTimestamp();
        SluiceBroker broker = await SluiceBroker.StartAsync(static options => options.WithTopic("orders"));
        await broker.Topic("orders").ProduceAsync("k", "one");
        double producedMs = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        int port = broker.Port;
        await broker.DisposeAsync().AsTask().WaitAsync(Clients.Deadline);

        Directory.Exists(broker.DataDirectory).ShouldBeFalse();
        IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().ShouldNotContain(listener => listener.Port == port);
        // Open handles on files of a directory that is gone are still told by the kernel, and so are maps of them.
        if (OperatingSystem.IsLinux())
        {
            OpenFiles().ShouldNotContain(path => path.StartsWith(broker.DataDirectory, StringComparison.Ordinal));
            File.ReadAllText("/proc/self/maps").ShouldNotContain(broker.DataDirectory);
        }
        return producedMs;
    }

    private static (int ThreadsCount, int HandlesCount) CountResources()
    {
        using Process self = Process.GetCurrentProcess();
        return (self.Threads.Count, OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : self.HandleCount);
    }

    private static IEnumerable<string> OpenFiles() =>
        Directory.GetFiles("/proc/self/fd").Select(static path => new FileInfo(path).LinkTarget).OfType<string>();
}
