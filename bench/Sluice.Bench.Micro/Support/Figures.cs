using System.Globalization;
using Sluice.Broker;
using Sluice.Client;
using Sluice.Metadata.Configs;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Bench.Micro.Support;

/// <summary>What figures of a whole coordinator share: a broker in this process, clients over loopback, rows of a table.</summary>
internal static class Figures
{
    /// <summary>A count for a run of this scale.</summary>
    internal static int Scaled(int count, double scale) => Math.Max(8, (int)(count * scale));

    /// <summary>Writes a row of two cells.</summary>
    internal static Task RowAsync(TextWriter output, FormattableString what, FormattableString figure) =>
        output.WriteLineAsync($"| {what.ToString(CultureInfo.InvariantCulture)} | {figure.ToString(CultureInfo.InvariantCulture)} |");

    /// <summary>Starts a broker whose coordinators have 4 shards each.</summary>
    internal static Task<BrokerServer> StartAsync(string directory)
    {
        StaticConfig config = StaticConfig.Create(
        [
            new ConfigEntry("listeners", "PLAINTEXT://127.0.0.1:0", "bench"),
            new ConfigEntry("log.dir", directory, "bench"),
            new ConfigEntry("offsets.topic.num.partitions", "4", "bench"),
            new ConfigEntry("transaction.state.log.num.partitions", "4", "bench"),
        ]);
        return BrokerServer.StartAsync(new BrokerOptions { Config = config });
    }

    /// <summary>Opens a connection, which the caller disposes.</summary>
    internal static Task<KafkaConnection> ConnectAsync(BrokerServer broker) => KafkaConnection.ConnectAsync(
        new Client.BrokerEndpoint("127.0.0.1", broker.Endpoints[0].Address.Port), new KafkaClientOptions { RequestTimeout = TimeSpan.FromMinutes(2) });

    /// <summary>Makes a topic.</summary>
    /// <returns>Its id.</returns>
    internal static async Task<Uuid> CreateTopicAsync(KafkaConnection connection, string name, int partitionCount)
    {
        CreateTopicsRequest request = new();
        request.Topics.Add(new() { Name = name, NumPartitions = partitionCount, ReplicationFactor = 1 });
        CreateTopicsResponse.CreatableTopicResult made = (await connection.SendAsync(request)).Topics[0];
        Check(made.ErrorCode);
        return made.TopicId;
    }

    /// <summary>Throws unless the answer was NONE.</summary>
    internal static void Check(ErrorCode error)
    {
        if (error != ErrorCode.None) throw new InvalidOperationException($"the broker answered {ErrorCodes.Name(error)}");
    }
}
