using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Sluice.Protocol;
using Sluice.Testing;

namespace ShippingService.Tests;

public class ShippingTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_order_becomes_a_parcel()
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        using IHost service = await StartServiceAsync(broker);

        await OrderAsync(broker, "o-1");

        Assert.Equal([new ParcelSent("o-1", "to Ada Lovelace, London")], await ParcelsAsync(broker, 1));
        await broker.Group(ShippingHost.Group).WaitForLagAsync(0, Deadline);
        await service.StopAsync();
    }

    [Fact]
    public async Task A_parcel_is_announced_although_the_broker_refuses_for_a_moment()
    {
        await using SluiceBroker broker = await StartBrokerAsync(static options => options
            .WithFault(Fault.On(ApiKey.Produce).Topic(ShippingHost.Parcels).Respond(ErrorCode.NotEnoughReplicas).Times(2)));
        using IHost service = await StartServiceAsync(broker);

        await OrderAsync(broker, "o-1");

        Assert.Single(await ParcelsAsync(broker, 1));
        Assert.Equal(2, broker.Faults[0].ActedCount);
        await service.StopAsync();
    }

    [Fact]
    public async Task The_service_goes_on_when_the_broker_comes_back()
    {
        await using SluiceBroker broker = await StartBrokerAsync();
        using IHost service = await StartServiceAsync(broker);
        await OrderAsync(broker, "o-1");
        await ParcelsAsync(broker, 1);

        await broker.RestartAsync();
        await OrderAsync(broker, "o-2");

        // At least once, as Wolverine promises without an outbox.
        Assert.Contains(await ParcelsAsync(broker, 2), static parcel => parcel.OrderId == "o-2");
        await service.StopAsync();
    }

    private static Task<SluiceBroker> StartBrokerAsync(Action<SluiceBrokerOptions>? configure = null) => SluiceBroker.StartAsync(options =>
    {
        options.WithTopic(ShippingHost.Orders, partitions: 3).WithTopic(ShippingHost.Parcels);
        configure?.Invoke(options);
    });

    private static async Task<IHost> StartServiceAsync(SluiceBroker broker)
    {
        IHost service = ShippingHost.Build($"--Kafka:BootstrapServers={broker.BootstrapServers}");
        await service.StartAsync();
        return service;
    }

    private static Task<long> OrderAsync(SluiceBroker broker, string id) => broker.Topic(ShippingHost.Orders).ProduceAsync(
        id, JsonSerializer.Serialize(new OrderPlaced(id, "Ada Lovelace, London"), JsonSerializerOptions.Web));

    private static async Task<IReadOnlyList<ParcelSent>> ParcelsAsync(SluiceBroker broker, int count) =>
    [
        .. (await broker.Topic(ShippingHost.Parcels).WaitForRecordsAsync(count, Deadline))
            .Select(static record => JsonSerializer.Deserialize<ParcelSent>(record.Value!, JsonSerializerOptions.Web)!),
    ];
}
