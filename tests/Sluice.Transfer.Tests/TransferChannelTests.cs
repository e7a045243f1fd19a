using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>What every channel does, whatever path its bytes take.</summary>
public sealed class TransferChannelTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<WireKind> Kinds => [.. Enum.GetValues<WireKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Regions_of_every_length_around_a_boundary_arrive_whole(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind);
        using TestFile file = new(9_000_000);
        using ResponseFrame frame = new();
        MemoryStream expected = new();
        int[] lengths = [0, 1, 100, 4095, 4096, 4097, 8191, 8192, 8193, 65535, 65536, 65537, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000];
        foreach (int lengthBytes in lengths)
        {
            byte[] header = new byte[lengthBytes % 20_000];
            Random.Shared.NextBytes(header);
            frame.Append(header);
            expected.Write(header);
            frame.Append(file.Region(lengthBytes / 3, lengthBytes));
            expected.Write(file.Bytes(lengthBytes / 3, lengthBytes));
        }

        Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);
        await wire.Channel.SendAsync(frame, Cancelled);
        frame.Clear();

        (await received).AsSpan().SequenceEqual(expected.ToArray()).ShouldBeTrue();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Any_mix_of_pieces_and_regions_arrives_in_order_through_tiny_buffers_and_a_slow_reader(WireKind kind)
    {
        int seed = Environment.ProcessId ^ (int)kind;
        Random random = new(seed);
        await using Wire wire = await Wire.OpenAsync(kind, new TransferOptions { ChunkBytes = 64 << 10 }, bufferBytes: 4096);
        using TestFile file = new(1 << 20, seed);
        for (int round = 0; round < 20; round++)
        {
            (ResponseFrame frame, byte[] expected) = Frames.Random(random, file, partsCount: random.Next(30), partBytesMax: 100_000);
            using (frame)
            {
                Task sent = wire.Channel.SendAsync(frame, Cancelled).AsTask();
                byte[] received = new byte[expected.Length];
                for (int count = 0; count < received.Length;)
                {
                    int most = Math.Min(received.Length - count, random.Next(1, 20_000));
                    count += await wire.Receiving.ReadAsync(received.AsMemory(count, most), Cancelled);
                    await Task.Yield();
                }

                await sent;
                received.AsSpan().SequenceEqual(expected).ShouldBeTrue($"seed {seed}, round {round}");
            }
        }

        wire.Metrics.Read().Waits.ShouldBeGreaterThan(0);
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Frames_sent_one_after_the_other_arrive_in_order(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind);
        using TestFile file = new(1 << 20);
        using ResponseFrame frame = new();
        MemoryStream expected = new();
        Task<byte[]> received = wire.ReceiveAsync(200 * (4 + 20_000));
        for (int i = 0; i < 200; i++)
        {
            frame.Append(BitConverter.GetBytes(i));
            frame.Append(file.Region(i * 1000, 20_000));
            expected.Write(BitConverter.GetBytes(i));
            expected.Write(file.Bytes(i * 1000, 20_000));
            await wire.Channel.SendAsync(frame, Cancelled);
            frame.Clear();
        }

        (await received).AsSpan().SequenceEqual(expected.ToArray()).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_empty_frame_sends_nothing(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind);
        using ResponseFrame frame = new();
        await wire.Channel.SendAsync(frame, Cancelled);
        wire.Metrics.Read().ShouldBe(default);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_frame_that_is_being_sent_can_neither_be_changed_nor_cleared_nor_sent_again(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(4 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 4 << 20);
        using ResponseFrame other = new();
        Task sent = wire.Channel.SendAsync(frame, Cancelled).AsTask();
        sent.IsCompleted.ShouldBeFalse();

        Should.Throw<InvalidOperationException>(frame.Clear);
        Should.Throw<InvalidOperationException>(() => frame.Append(new byte[1]));
        await Should.ThrowAsync<InvalidOperationException>(async () => await wire.Channel.SendAsync(other, Cancelled));
        await Should.ThrowAsync<InvalidOperationException>(async () => await wire.Channel.SendAsync(frame, Cancelled));

        await wire.ReceiveAsync(frame.LengthBytes);
        await sent;
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Many_channels_send_at_the_same_time(WireKind kind)
    {
        using TestFile file = new(8 << 20);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async index =>
        {
            await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: index % 2 == 0 ? 16 << 10 : 0);
            for (int round = 0; round < 5; round++)
            {
                using ResponseFrame frame = new();
                frame.Append(BitConverter.GetBytes(index));
                frame.Append(file.Region(index * 1000, 700_000));
                Task<byte[]> received = wire.ReceiveAsync(frame.LengthBytes);
                await wire.Channel.SendAsync(frame, Cancelled);
                byte[] bytes = await received;
                BitConverter.ToInt32(bytes).ShouldBe(index);
                bytes.AsSpan(4).SequenceEqual(file.Bytes(index * 1000, 700_000)).ShouldBeTrue();
            }
        }));
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_that_its_owner_drops_and_unlinks_in_mid_transfer_arrives_whole(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(3 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 3 << 20);
        Task sent = wire.Channel.SendAsync(frame, Cancelled).AsTask();
        File.Delete(file.File.Path);
        file.ReleaseByOwner();
        file.ReleasesCount.ShouldBe(0);

        byte[] received = await wire.ReceiveAsync(frame.LengthBytes);
        await sent;
        file.ReleasesCount.ShouldBe(0);
        frame.Clear();

        received.AsSpan(10).SequenceEqual(file.Contents).ShouldBeTrue();
        file.ReleasesCount.ShouldBe(1);
        file.File.Handle.IsClosed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(WireKind.SendFile)]
    [InlineData(WireKind.Portable)]
    public async Task The_socket_receives_meanwhile_and_still_blocks_where_its_user_expects_that(WireKind kind)
    {
        await using Wire wire = await Wire.OpenAsync(kind, bufferBytes: 4096);
        using TestFile file = new(1 << 20);
        using ResponseFrame frame = Frames.HeaderAndRegion(file, 10, 1 << 20);
        wire.Sockets.Sender.Blocking.ShouldBeTrue();
        Task sent = wire.Channel.SendAsync(frame, Cancelled).AsTask();

        Task<int> receivedBack = Task.Run(() => wire.Sockets.Sender.Receive(new byte[1]), Cancelled);
        await wire.Sockets.Receiver.SendAsync(new byte[1], Cancelled);
        (await receivedBack).ShouldBe(1);
        Task<int> receivedAsync = wire.Sockets.Sender.ReceiveAsync(new byte[1], Cancelled).AsTask();
        await wire.Sockets.Receiver.SendAsync(new byte[1], Cancelled);
        (await receivedAsync).ShouldBe(1);

        await wire.ReceiveAsync(frame.LengthBytes);
        await sent;
    }
}
