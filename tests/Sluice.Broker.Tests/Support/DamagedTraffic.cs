using System.Buffers;
using System.Net.Sockets;
using Sluice.Client;

namespace Sluice.Broker.Tests.Support;

/// <summary>Clients that send damaged requests, a few at once; connections end in whatever state they are.</summary>
/// <param name="samples">Sound requests: header and body, without the size in front.</param>
/// <param name="open">Connects in the way to be tried; gets the random numbers that decide how.</param>
internal sealed class DamagedTraffic(IReadOnlyList<byte[]> samples, Func<Random, Task<FrameChannel>> open)
{
    /// <summary>Connections at a time; each draws from a seed of its own.</summary>
    public const int Clients = 8;

    // A damaged frame often ends its connection, and those behind it are never looked at.
    private const int FramesPerConnectionMax = 6;

    private static readonly TimeSpan AnswersWait = TimeSpan.FromMilliseconds(50);

    /// <summary>Sends <paramref name="count"/> frames or a few more, over as many connections as that takes.</summary>
    public Task SendAsync(int seed, int count) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => RunClientAsync(new Random(seed + client), count / Clients))));

    private async Task RunClientAsync(Random random, int count)
    {
        ArrayBufferWriter<byte> bytes = new();
        for (int sentCount = 0; sentCount < count;)
        {
            await using FrameChannel channel = await open(random);
            int framesCount = random.Next(1, FramesPerConnectionMax + 1);
            bytes.ResetWrittenCount();
            for (int i = 0; i < framesCount; i++, sentCount++) bytes.Write(FrameDamage.Damage(samples[random.Next(samples.Count)], random));
            try
            {
                await channel.SendAsync(bytes.WrittenMemory);
                // One in eight leaves at once, which may throw away what the broker has not received yet.
                if (random.Next(8) > 0) await ReceiveAllAsync(channel, saysEnd: random.Next(8) > 0);
            }
            catch (KafkaException)
            {
                // Closed by the broker, as it should be for what it cannot read.
            }
        }
    }

    private static async Task ReceiveAllAsync(FrameChannel channel, bool saysEnd)
    {
        using CancellationTokenSource moment = new(AnswersWait);
        try
        {
            if (saysEnd) channel.CloseSending();
            while (await channel.ReceiveFrameAsync(moment.Token) is not null) { }
        }
        catch (OperationCanceledException)
        {
            // The broker waits: for records, for members of a group, or for the rest of a frame.
        }
        catch (SocketException)
        {
            // It has closed the connection already.
        }
    }
}
