using System.Buffers.Binary;
using System.Globalization;
using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Tests.Network;

/// <summary>Sound requests of every API, damaged in every way that chance finds: nothing falls, hangs or grows, and nobody else notices.</summary>
/// <remarks><c>SLUICE_SEED</c> repeats a run; <c>SLUICE_LONG_TESTS=1</c> sends ten million frames instead of some thousands.</remarks>
public sealed class MutatedTrafficTests
{
    private const int Clients = 4;

    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1";
    private static readonly int[] s_lyingNumbers = [-1, 0, 1, 2, 127, 128, 255, 256, 32_767, 65_536, 1 << 20, int.MaxValue, int.MinValue];

    [Fact]
    public async Task Damaged_requests_do_no_harm()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_SEED"), CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"SLUICE_SEED={seed}");
        await using TestBroker broker = await TestBroker.StartAsync(
            static options => options.Time = TimeProvider.System, "auto.create.topics.enable=false", "sluice.receive.memory.max.bytes=134217728", "connections.max.idle.ms=2000");
        KafkaConnection ordinary = await broker.ConnectAsync();
        TestTopic precious = await ordinary.CreateTopicAsync("precious");
        TestTopic target = await ordinary.CreateTopicAsync("target", 2);
        await ordinary.AppendAsync(precious, "kept");
        List<byte[]> samples = [.. Samples(ordinary, target)];
        int count = s_isLong ? 10_000_000 : 8_000;
        // A first part takes what is taken once: pools, tables, code.
        await SendAsync(broker, samples, seed, count / 4);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await SendAsync(broker, samples, seed + Clients, count - (count / 4));

        // Those who wait for records, or for members of a group, and those who have said nothing, go as well: all of their clients have gone.
        await TestBroker.UntilAsync(() => broker.Server.ConnectionCount == 0 && broker.Server.ReceiveMemoryBytes == 0);
        (await (await broker.ConnectAsync()).ReadAllAsync(precious)).ShouldBe(["kept"]);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64L << 20);
        string[] mistakes = [.. broker.Log.Errors.Select(static logged => logged.ToString())];
        mistakes.ShouldBeEmpty($"SLUICE_SEED={seed}");
    }

    private static IEnumerable<byte[]> Samples(KafkaConnection connection, TestTopic topic)
    {
        foreach (ApiVersionsResponse.ApiVersion served in connection.Supported.ApiKeys)
        {
            ApiDescription api = MessageCatalog.Get((ApiKey)served.ApiKey);
            for (short version = Math.Max(served.MinVersion, api.LowestVersion); version <= served.MaxVersion; version++)
                yield return RawConnection.Frame(api.Key, version, RequestSamples.Create(api.Key, version, topic));
        }
    }

    private static Task SendAsync(TestBroker broker, List<byte[]> samples, int seed, int count) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => RunClientAsync(broker, samples, new Random(seed + client), count / Clients))));

    private static async Task RunClientAsync(TestBroker broker, List<byte[]> samples, Random random, int count)
    {
        int sentCount = 0;
        while (sentCount < count)
        {
            FrameChannel channel = await FrameChannel.ConnectAsync(broker.Endpoint, new KafkaClientOptions { ConnectTimeout = TestBroker.Deadline }, CancellationToken.None);
            await using RawConnection connection = new(channel);
            // Many frames at once, answers left unread: then the connection is dropped, whatever state it is in.
            int frames = random.Next(1, 12);
            for (int i = 0; i < frames; i++) await connection.SendAsync(Damage(samples[random.Next(samples.Count)], random));
            sentCount += frames;
            if (random.Next(4) == 0) connection.CloseSending();
            if (random.Next(2) == 0) await Task.WhenAny(connection.ReceiveAsync(), Task.Delay(20));
        }
    }

    /// <summary>A frame with its size, of which something is wrong.</summary>
    private static byte[] Damage(byte[] sample, Random random)
    {
        byte[] frame = [.. sample];
        for (int wounds = random.Next(1, 4); wounds > 0; wounds--)
        {
            int index = random.Next(frame.Length);
            switch (random.Next(7))
            {
                case 0: frame[index] ^= (byte)(1 << random.Next(8)); break;
                case 1: frame[index] = (byte)random.Next(256); break;
                case 2 when frame.Length - index >= sizeof(int): BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(index), s_lyingNumbers[random.Next(s_lyingNumbers.Length)]); break;
                case 3 when index > 0: frame = frame[..index]; break;
                case 4: frame = [.. frame, .. frame[index..]]; break;
                case 5: frame = [.. frame[..index], .. frame[Math.Min(frame.Length, index + random.Next(1, 8))..], 0]; break;
                case 6: random.NextBytes(frame.AsSpan(index, Math.Min(8, frame.Length - index))); break;
            }
        }
        byte[] bytes = RawConnection.WithSize(frame);
        if (random.Next(20) == 0) BinaryPrimitives.WriteInt32BigEndian(bytes, s_lyingNumbers[random.Next(s_lyingNumbers.Length)]);
        return bytes;
    }
}
