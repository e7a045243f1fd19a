using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sluice.Hosting.Tests;

// Activities and measurements of every broker in the process arrive here: topics of this class alone tell them apart.
public sealed class SluiceTelemetryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_request_becomes_an_activity_with_the_attributes_of_messaging()
    {
        ConcurrentQueue<Activity> ended = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == SluiceTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using IHost host = Hosts.Create(_directory).Build();
        using Activity around = new Activity("around").Start();
        await host.StartAsync();

        await Hosts.ProduceAsync(host.Services.GetRequiredService<SluiceHostedBroker>().BootstrapServers, "traced", "one");
        await host.StopAsync();

        Activity produce = ended.Single(static activity => activity.DisplayName == "Produce traced");
        produce.Kind.ShouldBe(ActivityKind.Server);
        produce.ParentSpanId.ShouldBe(default, "what was current when the application started asked for nothing");
        produce.Status.ShouldBe(ActivityStatusCode.Unset);
        produce.TagObjects.ToDictionary(static tag => tag.Key, static tag => tag.Value).ShouldBe(new Dictionary<string, object?>
        {
            ["messaging.system"] = "kafka",
            ["messaging.operation.name"] = "Produce",
            ["messaging.operation.type"] = "send",
            ["messaging.destination.name"] = "traced",
            ["messaging.client.id"] = "orders-app",
            ["network.peer.address"] = "127.0.0.1",
        });
    }

    [Fact]
    public async Task A_refused_request_is_an_error_in_the_activity_and_in_the_durations()
    {
        ConcurrentQueue<Activity> ended = [];
        using ActivityListener activities = new()
        {
            ShouldListenTo = static source => source.Name == SluiceTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(activities);
        ConcurrentQueue<(double Seconds, Dictionary<string, object?> Tags)> durations = [];
        using MeterListener meters = new();
        meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (SluiceTelemetry.MeterNames.Contains(instrument.Meter.Name) && instrument.Name == "sluice.broker.request.duration") listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
            durations.Enqueue((seconds, tags.ToArray().ToDictionary(static tag => tag.Key, static tag => tag.Value))));
        meters.Start();
        using IHost host = Hosts.Create(_directory).Build();
        await host.StartAsync();
        string servers = host.Services.GetRequiredService<SluiceHostedBroker>().BootstrapServers;
        await Hosts.ProduceAsync(servers, "twice", "one");

        await Should.ThrowAsync<Client.KafkaException>(() => Hosts.ProduceAsync(servers, "twice", "two"));
        await host.StopAsync();

        Activity refused = ended.Single(static activity => activity.DisplayName == "CreateTopics twice" && activity.Status == ActivityStatusCode.Error);
        refused.GetTagItem("error.type").ShouldBe("TOPIC_ALREADY_EXISTS");
        durations.ShouldContain(static duration => (string?)duration.Tags.GetValueOrDefault("error.type") == "TOPIC_ALREADY_EXISTS"
            && (string?)duration.Tags["messaging.operation.name"] == "CreateTopics" && (string?)duration.Tags["messaging.system"] == "kafka" && duration.Seconds > 0);
        durations.ShouldContain(static duration => (string?)duration.Tags["messaging.operation.name"] == "Produce" && !duration.Tags.ContainsKey("error.type"));
    }

    [Fact]
    public async Task Two_applications_in_a_process_measure_each_for_itself()
    {
        using TemporaryDirectory other = new();
        using IHost one = Hosts.Create(_directory).Build();
        using IHost two = Hosts.Create(other).Build();
        IMeterFactory factory = two.Services.GetRequiredService<IMeterFactory>();
        ConcurrentDictionary<string, double> sums = [];
        ConcurrentDictionary<string, int> meterCounts = [];
        using MeterListener meters = new();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            // The scope of a meter is the factory that made it, and there is a factory for each application.
            if (!ReferenceEquals(instrument.Meter.Scope, factory)) return;
            meterCounts[instrument.Meter.Name] = 1;
            listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        meters.Start();
        await one.StartAsync();
        await two.StartAsync();

        await Hosts.ProduceAsync(one.Services.GetRequiredService<SluiceHostedBroker>().BootstrapServers, "orders", "not seen");

        meterCounts.Keys.Order().ShouldBe(SluiceTelemetry.MeterNames.Order());
        sums.GetValueOrDefault("sluice.broker.requests").ShouldBe(0);
        await Hosts.ProduceAsync(two.Services.GetRequiredService<SluiceHostedBroker>().BootstrapServers, "orders", "seen");
        sums.GetValueOrDefault("sluice.broker.requests").ShouldBeGreaterThan(0);
        meters.RecordObservableInstruments();
        sums["sluice.log.append.records"].ShouldBe(1);
        await one.StopAsync();
        await two.StopAsync();
        // What can be collected after the broker has stopped does no harm.
        meters.RecordObservableInstruments();
    }

    [Fact]
    public async Task Every_named_meter_has_instruments()
    {
        ConcurrentDictionary<string, int> counts = [];
        using MeterListener meters = new();
        meters.InstrumentPublished = (instrument, _) => counts.AddOrUpdate(instrument.Meter.Name, 1, static (_, count) => count + 1);
        meters.Start();
        using IHost host = Hosts.Create(_directory).Build();
        await host.StartAsync();
        await host.StopAsync();

        foreach (string name in SluiceTelemetry.MeterNames) counts.GetValueOrDefault(name).ShouldBeGreaterThan(0, name);
    }
}
