using System.Buffers.Binary;
using Sluice.Broker.Network;

namespace Sluice.Broker.Tests.Network;

public class FrameAssemblerTests
{
    private readonly ReceiveMemory _memory = new(bytesMax: 16 << 20);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Frames_come_out_whole_however_the_bytes_arrive(int stepBytes)
    {
        using FrameAssembler frames = new(_memory, frameBytesMax: 1 << 20);
        int[] sizes = [0, 1, 4092, 4093, 70_000, 12, 300_000, 5];
        byte[] stream = [.. sizes.SelectMany(static size => Frame(size))];

        List<byte[]> received = Feed(frames, stream, stepBytes);

        received.Select(static frame => frame.Length).ShouldBe(sizes);
        foreach (byte[] frame in received) frame.ShouldBe(Content(frame.Length));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData((1 << 20) + 1)]
    [InlineData(int.MaxValue)]
    public void A_size_that_is_negative_or_above_the_limit_is_refused_before_anything_is_rented(int size)
    {
        using FrameAssembler frames = new(_memory, frameBytesMax: 1 << 20);
        byte[] prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, size);
        Put(frames, prefix);

        frames.TryTakeFrame(out _).ShouldBe(FrameStatus.SizeRefused);
        frames.RefusedSize.ShouldBe(size);
        _memory.RentedBytes.ShouldBe(0);
    }

    [Fact]
    public void Announcing_a_large_frame_takes_no_memory_until_its_bytes_arrive()
    {
        using FrameAssembler frames = new(_memory, frameBytesMax: 100 << 20);
        byte[] prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, 100 << 20);
        Put(frames, prefix);

        frames.TryTakeFrame(out _).ShouldBe(FrameStatus.Incomplete);
        frames.TryGetReceiveSpace(out Memory<byte> space).ShouldBeTrue();
        space.Length.ShouldBeLessThan(FrameAssembler.FirstBufferBytes);
        _memory.RentedBytes.ShouldBe(0);
    }

    [Fact]
    public void Memory_is_at_most_twice_what_arrived()
    {
        using FrameAssembler frames = new(_memory, frameBytesMax: 8 << 20);
        byte[] stream = Frame(5 << 20);
        for (int position = 0; position < stream.Length;)
        {
            frames.TryGetReceiveSpace(out Memory<byte> space).ShouldBeTrue();
            int count = Math.Min(Math.Min(space.Length, 1400), stream.Length - position);
            stream.AsSpan(position, count).CopyTo(space.Span);
            frames.Commit(count);
            position += count;
            _memory.RentedBytes.ShouldBeLessThanOrEqualTo(Math.Max(FrameAssembler.GrowthBytesMin, 2L * position + FrameAssembler.GrowthBytesMin));
        }
        frames.TryTakeFrame(out Memory<byte> frame).ShouldBe(FrameStatus.Complete);
        frame.Length.ShouldBe(5 << 20);
    }

    [Fact]
    public void A_connection_that_sent_a_frame_of_a_size_gets_room_for_the_next_at_once()
    {
        using FrameAssembler frames = new(_memory, frameBytesMax: 8 << 20);
        Feed(frames, Frame(1 << 20), int.MaxValue).Count.ShouldBe(1);
        byte[] next = Frame(1 << 20);
        Put(frames, next.AsSpan(0, 100));

        frames.TryTakeFrame(out _).ShouldBe(FrameStatus.Incomplete);
        frames.TryGetReceiveSpace(out Memory<byte> space).ShouldBeTrue();
        space.Length.ShouldBeGreaterThanOrEqualTo((1 << 20) + 4 - 100);
    }

    [Fact]
    public void Large_buffers_go_back_as_soon_as_they_are_empty()
    {
        using FrameAssembler frames = new(_memory, frameBytesMax: 8 << 20);
        Feed(frames, Frame(1 << 20), int.MaxValue).Count.ShouldBe(1);
        frames.TryGetReceiveSpace(out _).ShouldBeTrue();
        _memory.RentedBytes.ShouldBe(0);
    }

    [Fact]
    public void At_the_ceiling_there_is_no_room_and_nothing_is_lost()
    {
        ReceiveMemory memory = new(bytesMax: 100_000);
        using FrameAssembler frames = new(memory, frameBytesMax: 8 << 20);
        byte[] stream = Frame(200_000);
        int position = 0;
        while (frames.TryGetReceiveSpace(out Memory<byte> space))
        {
            int count = Math.Min(space.Length, stream.Length - position);
            stream.AsSpan(position, count).CopyTo(space.Span);
            frames.Commit(count);
            position += count;
        }
        position.ShouldBe(64 * 1024);
        frames.PendingBytes.ShouldBe(position);
        memory.RentedBytes.ShouldBeLessThanOrEqualTo(100_000);
    }

    [Fact]
    public void A_frame_that_is_vouched_for_can_be_looked_at_before_it_is_whole_and_dropped()
    {
        using FrameAssembler frames = new(_memory, frameBytesMax: 1 << 20);
        byte[] frame = Frame(70_000);
        Put(frames, frame.AsSpan(0, 3000));
        frames.PeekUnfinishedFrame(out _).IsEmpty.ShouldBeTrue("no frame of this size has come before");
        Feed(frames, frame[3000..], 5000).ShouldHaveSingleItem();

        Put(frames, frame.AsSpan(0, 3));
        frames.PeekUnfinishedFrame(out int receivedBytes).IsEmpty.ShouldBeTrue();
        Put(frames, frame.AsSpan(3, 1000));
        frames.TryGetReceiveSpace(out Memory<byte> space).ShouldBeTrue();
        Memory<byte> unfinished = frames.PeekUnfinishedFrame(out receivedBytes);
        receivedBytes.ShouldBe(999);
        unfinished.Length.ShouldBe(70_000);
        space.Span[0] = 42;
        unfinished.Span[receivedBytes].ShouldBe((byte)42);
        frames.DropUnfinishedFrame();
        frames.PendingBytes.ShouldBe(0);
        Feed(frames, frame, 1000).ShouldHaveSingleItem().ShouldBe(Content(70_000));
    }

    private static List<byte[]> Feed(FrameAssembler frames, byte[] stream, int stepBytes)
    {
        List<byte[]> received = [];
        int position = 0;
        while (true)
        {
            while (frames.TryTakeFrame(out Memory<byte> frame) == FrameStatus.Complete) received.Add(frame.ToArray());
            if (position == stream.Length) return received;
            frames.TryGetReceiveSpace(out Memory<byte> space).ShouldBeTrue();
            space.IsEmpty.ShouldBeFalse();
            int count = Math.Min(Math.Min(space.Length, stepBytes), stream.Length - position);
            stream.AsSpan(position, count).CopyTo(space.Span);
            frames.Commit(count);
            position += count;
        }
    }

    private static void Put(FrameAssembler frames, ReadOnlySpan<byte> bytes)
    {
        frames.TryGetReceiveSpace(out Memory<byte> space).ShouldBeTrue();
        bytes.CopyTo(space.Span);
        frames.Commit(bytes.Length);
    }

    private static byte[] Frame(int size)
    {
        byte[] frame = new byte[4 + size];
        BinaryPrimitives.WriteInt32BigEndian(frame, size);
        Content(size).CopyTo(frame, 4);
        return frame;
    }

    private static byte[] Content(int size)
    {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) content[i] = (byte)(i * 31 + size);
        return content;
    }
}
