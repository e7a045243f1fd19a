using Microsoft.Win32.SafeHandles;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol.Messages;
using Sluice.Transfer;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Broker.Tests.Fetching;

/// <summary>A consumer of data that is not in the page cache waits for the disk; those of other data do not wait with it.</summary>
public class ColdFetchTests
{
    private const int BatchesCount = 40;
    private const int BatchBytes = 100_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hot_fetch_is_answered_while_a_cold_one_waits_for_the_disk(bool socketsCompleteInline)
    {
        await using ColdReadPool pool = new(1);
        await using TestBroker broker = await TestBroker.StartAsync(options =>
        {
            options.ColdReads = pool;
            options.SocketsCompleteInline = socketsCompleteInline;
        });
        KafkaConnection hotConnection = await broker.ConnectAsync();
        KafkaConnection coldConnection = await broker.ConnectAsync();
        TestTopic hot = await FillAsync(hotConnection, "hot");
        TestTopic cold = await FillAsync(hotConnection, "cold");
        using SafeFileHandle otherFile = File.OpenHandle(Path.Combine(broker.DataDirectory, "meta.properties"));
        using HeldWorkers held = HeldWorkers.Of(pool, threadsMax: 1, new TransferFile(otherFile, "meta.properties"));
        Evict(broker, cold, mustBeCold: true);

        // From the first offset to the end: what is cold is the region itself, and no header is looked at.
        Task<FetchResponse.PartitionData> coldFetched = coldConnection.FetchAsync(cold, 0);
        await TestBroker.UntilAsync(() => pool.QueuedCount == 1);
        for (int round = 0; round < 5; round++)
        {
            FetchResponse.PartitionData data = await hotConnection.FetchAsync(hot, 0).WaitAsync(TestBroker.Deadline);
            Batches.BaseOffsets(data.Records).Count.ShouldBe(BatchesCount);
        }

        coldFetched.IsCompleted.ShouldBeFalse();
        broker.Server.Transferred.ColdBytes.ShouldBe(0);
        held.Release();
        Batches.BaseOffsets((await coldFetched.WaitAsync(TestBroker.Deadline)).Records).ShouldBe(Enumerable.Range(0, BatchesCount).Select(static i => (long)i));
        TransferCounters counters = broker.Server.Transferred;
        counters.ColdBytes.ShouldBeGreaterThan(BatchBytes);
        counters.CopyBytes.ShouldBe(0, "a cold region goes by sendfile as well");
    }

    [Fact]
    public async Task Every_place_in_a_cold_log_is_found()
    {
        await using TestBroker broker = await TestBroker.StartAsync(static options => options.SocketsCompleteInline = true);
        KafkaConnection connection = await broker.ConnectAsync();
        TestTopic topic = await FillAsync(connection, "cold");
        for (int offset = 1; offset < BatchesCount; offset++)
        {
            Evict(broker, topic, mustBeCold: offset == 1);
            FetchRequest request = BrokerCalls.FetchRequest(topic, (0, offset));
            request.Topics[0].Partitions[0].PartitionMaxBytes = 3 * BatchBytes;
            FetchResponse.PartitionData data = (await connection.SendAsync(request).WaitAsync(TestBroker.Deadline)).Single();
            Batches.BaseOffsets(data.Records).ShouldBe(Enumerable.Range(offset, Math.Min(2, BatchesCount - offset)).Select(static i => (long)i));
        }
        broker.Server.Transferred.ColdChunks.ShouldBeGreaterThan(0);
    }

    private static async Task<TestTopic> FillAsync(KafkaConnection connection, string name)
    {
        TestTopic topic = await connection.CreateTopicAsync(name);
        for (int i = 0; i < BatchesCount; i++) await connection.AppendAsync(topic, Batches.OfSize(BatchBytes, random: true));
        return topic;
    }

    private static void Evict(TestBroker broker, TestTopic topic, bool mustBeCold)
    {
        string path = Path.Combine(broker.DataDirectory, $"{topic.Name}-0", "00000000000000000000.log");
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (mustBeCold) PageCache.EvictOrSkip(file, path);
        else PageCache.TryEvict(file);
    }
}
