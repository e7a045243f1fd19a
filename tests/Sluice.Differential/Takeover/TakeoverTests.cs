using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Sluice.Conformance.Peers;
using Sluice.Differential.Tools;

namespace Sluice.Differential.Takeover;

/// <summary>A directory that a real Kafka filled, served by Sluice; and a partition that Sluice filled, served by Kafka.</summary>
public sealed class TakeoverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_find_everything_as_Kafka_left_it_and_producers_go_on(bool isKilled)
    {
        DifferentialRun.SkipWithoutKafka();
        using TemporaryFolder folder = new("takeover");
        int port = FreePorts.Find(11);
        string[] before;
        string logFolder;
        FilledKafka filled;
        await using (KafkaNode kafka = await KafkaNode.StartAsync(folder.Path, port, FilledKafka.Settings))
        {
            logFolder = kafka.LogFolder;
            filled = await FilledKafka.FillAsync(kafka.BootstrapServers, logFolder);
            before = await ClusterPicture.TakeAsync(kafka.BootstrapServers);
            (int exitCode, JsonElement running) = await InspectAsync(logFolder);
            (exitCode, running.GetProperty("canBeTakenOver").GetBoolean()).ShouldBe((1, false));
            running.GetProperty("findings")[0].GetProperty("message").GetString().ShouldBe($"another process uses {logFolder}; stop Kafka first");
            if (isKilled) await kafka.KillAsync();
            else await kafka.StopAsync();
        }
        using FilledKafka producers = filled;
        (int inspected, JsonElement found) = await InspectAsync(logFolder);
        inspected.ShouldBe(0, found.ToString());
        string[] messages = [.. found.GetProperty("findings").EnumerateArray().Select(static finding => finding.GetProperty("message").GetString()!)];
        messages.ShouldContain("taken over: 1 ACL; acted upon where authorizer.class.name is set, as with Kafka");
        messages.ShouldContain("taken over: 2 SCRAM credentials; users are asked for a password on listeners with SASL");
        messages.ShouldContain("taken over: 1 client quota");

        await using SluiceProcess sluice = await SluiceProcess.StartAsync(logFolder, port);
        string[] after = await ClusterPicture.TakeAsync(sluice.BootstrapServers);
        string.Join('\n', after).ShouldBe(string.Join('\n', before));
        before.Count(static line => line.StartsWith("topic ", StringComparison.Ordinal) && line.Contains(" partitions ", StringComparison.Ordinal)).ShouldBe(10);

        // The producer knows nothing of the change but a lost connection: same address, same producer id, next sequence.
        DeliveryResult<string, string>? last = null;
        for (int number = 0; number < 50; number++) last = await producers.Continuing.ProduceAsync(FilledKafka.ContinuedTopic, new Message<string, string> { Key = "after", Value = $"{number}" });
        last!.Status.ShouldBe(PersistenceStatus.Persisted);
        CheckContinued(sluice.BootstrapServers, last.TopicPartition, 50);

        // Behind the transaction that is open nothing is read, until its producer ends it.
        CommittedCount(after, 0).ShouldBeLessThan(UncommittedCount(after, 0) - FilledKafka.AbortedCount);
        producers.CommitOpenTransaction();
        string[] ended = await ClusterPicture.TakeAsync(sluice.BootstrapServers);
        for (int partition = 0; partition < 3; partition++) CommittedCount(ended, partition).ShouldBe(UncommittedCount(after, partition) - FilledKafka.AbortedCount);
    }

    [Fact]
    public async Task A_partition_folder_that_Sluice_wrote_is_served_by_Kafka()
    {
        DifferentialRun.SkipWithoutKafka();
        using TemporaryFolder folder = new("put-in-place");
        int port = FreePorts.Find(11);
        string kafkaFolder;
        await using (KafkaNode kafka = await KafkaNode.StartAsync(folder.Path, port))
        {
            kafkaFolder = Path.Combine(kafka.LogFolder, "swap-0");
            (await KafkaTool.Run("topics", "--bootstrap-server", kafka.BootstrapServers, "--create", "--topic", "swap")).Succeeded();
            await kafka.StopAsync();
        }

        string[] written;
        string sluiceFolder;
        await using (SluiceProcess sluice = await SluiceProcess.StartAsync())
        {
            (await KafkaTool.Run("topics", "--bootstrap-server", sluice.BootstrapServers, "--create", "--topic", "swap", "--config", "segment.bytes=1048576")).Succeeded();
            foreach (CompressionType codec in Enum.GetValues<CompressionType>()) Produce(sluice.BootstrapServers, codec);
            written = Records(await ClusterPicture.TakeAsync(sluice.BootstrapServers));
            await sluice.StopAsync();
            sluiceFolder = Path.Combine(sluice.DataFolder, "swap-0");
            // Everything but the id of the topic, which is Kafka's own.
            foreach (string file in Directory.GetFiles(kafkaFolder).Where(static file => Path.GetFileName(file) != "partition.metadata")) File.Delete(file);
            foreach (string file in Directory.GetFiles(sluiceFolder).Where(static file => Path.GetFileName(file) != "partition.metadata")) File.Copy(file, Path.Combine(kafkaFolder, Path.GetFileName(file)));
        }

        await using KafkaNode again = await KafkaNode.StartAsync(folder.Path, port);
        written.ShouldContain(static line => line.Contains(": 5000 records of 0..5000", StringComparison.Ordinal));
        Records(await ClusterPicture.TakeAsync(again.BootstrapServers)).ShouldBe(written);
    }

    private static long CommittedCount(string[] picture, int partition) => Count(picture, IsolationLevel.ReadCommitted, partition);

    private static long UncommittedCount(string[] picture, int partition) => Count(picture, IsolationLevel.ReadUncommitted, partition);

    private static long Count(string[] picture, IsolationLevel isolation, int partition)
    {
        string start = $"topic transactions {isolation} {partition}: ";
        return long.Parse(picture.Single(line => line.StartsWith(start, StringComparison.Ordinal))[start.Length..].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string[] Records(string[] picture) => [.. picture.Where(static line => line.Contains("records of", StringComparison.Ordinal))];

    private static void Produce(string bootstrapServers, CompressionType codec)
    {
        using IProducer<string, string> producer = new ProducerBuilder<string, string>(
            new ProducerConfig { BootstrapServers = bootstrapServers, CompressionType = codec, EnableIdempotence = true, LingerMs = 5 }).SetLogHandler(static (_, _) => { }).Build();
        for (int number = 0; number < 1000; number++) producer.Produce("swap", new Message<string, string> { Key = $"{number}", Value = new string('v', number) });
        producer.Flush(Patience);
    }

    // Once each and in order, and with an epoch that is not below the one of the records before.
    private static void CheckContinued(string bootstrapServers, TopicPartition partition, int count)
    {
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "continued",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
        }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(partition, Offset.Beginning));
        List<string> values = [];
        int epoch = -1;
        while (true)
        {
            ConsumeResult<string, string> result = consumer.Consume(Patience) ?? throw new TimeoutException("The partition was not read to its end in time.");
            if (result.IsPartitionEOF) break;
            result.LeaderEpoch!.Value.ShouldBeGreaterThanOrEqualTo(epoch);
            epoch = result.LeaderEpoch.Value;
            if (result.Message.Key == "after") values.Add(result.Message.Value);
        }
        consumer.Close();
        values.ShouldBe([.. Enumerable.Range(0, count).Select(static number => number.ToString(CultureInfo.InvariantCulture))]);
    }

    private static async Task<(int ExitCode, JsonElement Document)> InspectAsync(string folder)
    {
        string logPath = Path.Combine(Path.GetTempPath(), $"sluice-inspect-{Guid.NewGuid():n}.log");
        await using ChildProcess process = ChildProcess.Start("dotnet", [SluiceProgram.Path, "kafka", "inspect", folder, "--json"], logPath);
        int exitCode = await process.ExitAsync(Patience);
        File.Delete(logPath);
        return (exitCode, JsonDocument.Parse(process.Output()).RootElement);
    }
}
