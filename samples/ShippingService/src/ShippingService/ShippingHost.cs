using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Wolverine;
using Wolverine.Kafka;

namespace ShippingService;

public static class ShippingHost
{
    public const string Orders = "orders";
    public const string Parcels = "parcels";
    public const string Group = "shipping";

    /// <summary>The whole service; <c>Kafka:BootstrapServers</c> of the configuration says where its Kafka is.</summary>
    public static IHost Build(params string[] args)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        builder.UseWolverine(options =>
        {
            options.UseKafka(builder.Configuration["Kafka:BootstrapServers"] ?? "localhost:9092")
                .ConfigureConsumers(consumer =>
                {
                    consumer.GroupId = Group;
                    consumer.AutoOffsetReset = AutoOffsetReset.Earliest;
                });
            options.ListenToKafkaTopic(Orders).ReceiveRawJson<OrderPlaced>(Json());
            options.PublishMessage<ParcelSent>().ToKafkaTopic(Parcels).PublishRawJson(Json()).SendInline();
        });
        return builder.Build();
    }

    // Wolverine adds to the options that it is given.
    private static JsonSerializerOptions Json() => new(JsonSerializerDefaults.Web);
}
