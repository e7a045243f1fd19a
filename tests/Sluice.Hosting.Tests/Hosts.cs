using System.Text;
using Microsoft.Extensions.Hosting;
using Sluice.Client;
using Sluice.Client.Producing;

namespace Sluice.Hosting.Tests;

/// <summary>Applications with a broker, and a client of it.</summary>
internal static class Hosts
{
    /// <summary>An application whose content root is the directory, on a free port.</summary>
    internal static HostApplicationBuilder Create(TemporaryDirectory directory, Action<SluiceOptions>? configure = null)
    {
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { ContentRootPath = directory.Path, DisableDefaults = true });
        return builder.AddSluice(options =>
        {
            options.Port = 0;
            configure?.Invoke(options);
        });
    }

    /// <summary>Writes one record; the topic is made by it.</summary>
    internal static async Task<long> ProduceAsync(string bootstrapServers, string topic, string value)
    {
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync(bootstrapServers, new KafkaClientOptions { ClientId = "orders-app" });
        await new Client.Admin.AdminClient(cluster).CreateTopicAsync(new Client.Admin.NewTopic(topic, 1, 1));
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, new RecordProducerOptions { Linger = TimeSpan.Zero });
        return (await producer.SendAsync(new OutgoingRecord(topic, null, Encoding.UTF8.GetBytes(value), 0))).Offset;
    }
}
