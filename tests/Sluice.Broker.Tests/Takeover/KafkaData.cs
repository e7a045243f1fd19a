using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Log;
using Sluice.Metadata.Kafka;
using Sluice.Metadata.Tests.Kafka;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Takeover;

/// <summary>A data directory as a stopped Kafka leaves it: partitions with records, and a metadata log that the test completes.</summary>
/// <remarks>Sluice wrote the partitions, in Kafka's format; of its own metadata nothing is left.</remarks>
internal sealed class KafkaData : IDisposable
{
    public const string ClusterId = "MkU3OEVBNTcwNTJENDM2Qk";
    public const int NodeId = 5;

    private readonly TemporaryDirectory _directory = new();

    private KafkaData()
    {
    }

    public string Path => System.IO.Path.Combine(_directory.Path, "data");

    /// <summary>A directory beside the data directory, for metadata that is kept apart.</summary>
    public string OtherPath => System.IO.Path.Combine(_directory.Path, "metadata");

    public string MetadataFolder => System.IO.Path.Combine(Path, KafkaMetadataReader.FolderName);

    /// <summary>Has two partitions; record "a" is in partition 0, "b" and "c" in partition 1.</summary>
    public TestTopic Orders { get; private set; } = null!;

    public KafkaLogBuilder Log { get; } = KafkaLogBuilder.OfOneNode(NodeId);

    /// <summary>Makes the directory, with one topic in folders and metadata.</summary>
    public static async Task<KafkaData> CreateAsync()
    {
        KafkaData data = new();
        await using (TestBroker broker = await TestBroker.StartInAsync(data.Path, $"node.id={NodeId}"))
        {
            KafkaConnection connection = await broker.ConnectAsync();
            data.Orders = await connection.CreateTopicAsync("orders", 2);
            await connection.AppendAsync(data.Orders, "a");
            await connection.AppendAsync(data.Orders, Batches.Of("b", "c"), partition: 1);
        }
        foreach (string file in Directory.GetFiles(data.Path, "sluice-metadata.*")) File.Delete(file);
        new MetaProperties(ClusterId, NodeId, new Uuid(3, 4)).Write(data.Path);
        data.Log.Append(KafkaLogBuilder.Topic("orders", data.Orders.Id, partitionsCount: 2, leaderEpoch: 6, NodeId));
        return data;
    }

    /// <summary>Writes the metadata log as it is now.</summary>
    public void WriteMetadata(string? folder = null) => Log.WriteSegment(folder ?? MetadataFolder);

    public BrokerOptions Options(params string[] settings) => TestBroker.Options(Path, [$"node.id={NodeId}", .. settings]);

    /// <summary>Starts a broker that must not start.</summary>
    /// <returns>The one line for the person who started it; nothing was changed in the directory.</returns>
    public async Task<string> RefusalAsync(Action<BrokerOptions>? adjust = null, params string[] settings)
    {
        BrokerOptions options = Options(settings);
        adjust?.Invoke(options);
        string before = Content();
        BrokerStartException refusal = await Should.ThrowAsync<BrokerStartException>(async () => await (await BrokerServer.StartAsync(options)).DisposeAsync());
        Content().ShouldBe(before);
        refusal.Message.ShouldNotContain("\n");
        return refusal.Message;
    }

    /// <summary>Names and bytes of all files.</summary>
    public string Content() => string.Join('\n', Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Where(static file => System.IO.Path.GetFileName(file) != LogDirectoryLock.FileName)
        .Select(static file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"));

    public void Dispose() => _directory.Dispose();
}
