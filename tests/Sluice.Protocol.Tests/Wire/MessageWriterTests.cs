using Sluice.Protocol.Messages;
using Sluice.Protocol.Tests.Model;

namespace Sluice.Protocol.Tests.Wire;

public sealed class MessageWriterTests
{
    [Fact]
    public void External_records_are_measured_and_noted_but_not_copied()
    {
        var first = new External(1000);
        var second = new External(50);
        var response = new FetchResponse();
        FetchResponse.FetchableTopicResponse topic = response.Responses.Add();
        topic.Topic = "t";
        topic.Partitions.Add().Records = new Messages.Records(first);
        topic.Partitions.Add().Records = new Messages.Records((byte[])[1, 2, 3]);
        topic.Partitions.Add().Records = new Messages.Records(second);

        const short Version = 12;
        int inlineBytes = response.Measure(Version) - response.MeasureExternal(Version);
        response.MeasureExternal(Version).ShouldBe(1050);
        byte[] bytes = new byte[inlineBytes];
        var pieces = new List<ExternalRecordsPiece>();
        var writer = new MessageWriter(bytes, pieces);
        response.Write(ref writer, Version);
        writer.Position.ShouldBe(inlineBytes);
        pieces.Select(piece => piece.Records).ShouldBe([first, second]);

        // With the pieces put where they belong, the message reads as usual.
        byte[] whole = [.. bytes[..pieces[0].Position], .. first.Bytes, .. bytes[pieces[0].Position..pieces[1].Position], .. second.Bytes, .. bytes[pieces[1].Position..]];
        var copy = new FetchResponse();
        Codec.Read(copy, whole, Version).ShouldBe(0);
        copy.Responses[0].Partitions.Select(p => p.Records.SizeBytes).ShouldBe([1000, 3, 50]);
        copy.Responses[0].Partitions[0].Records.Bytes.ToArray().ShouldBe(first.Bytes);
        copy.Responses[0].Partitions[2].Records.Bytes.ToArray().ShouldBe(second.Bytes);
    }

    [Fact]
    public void External_records_need_a_list_to_be_noted_in()
    {
        var request = new ProduceRequest();
        request.TopicData.Add().PartitionData.Add().Records = new Messages.Records(new External(10));
        Should.Throw<InvalidOperationException>(() => Codec.Write(request, 9));
    }

    [Fact]
    public void A_value_that_the_version_would_lose_is_not_written()
    {
        var request = new FetchRequest { ReplicaId = 5 };
        var exception = Should.Throw<InvalidOperationException>(() => Codec.Write(request, 15));
        exception.Message.ShouldContain("FetchRequest");
        exception.Message.ShouldContain("ReplicaId");
        exception.Message.ShouldContain("15");
        Codec.Write(request, 14).ShouldNotBeEmpty();
    }

    [Fact]
    public void An_ignorable_value_is_dropped_where_the_version_lacks_it()
    {
        var request = new FetchRequest { RackId = "r" };
        var copy = new FetchRequest();
        Codec.Read(copy, Codec.Write(request, 10), 10);
        copy.RackId.ShouldBe("");
    }

    [Fact]
    public void Null_is_not_written_where_the_version_does_not_allow_it()
    {
        var request = new MetadataRequest { Topics = null };
        Should.Throw<InvalidOperationException>(() => Codec.Write(request, 0)).Message.ShouldContain("Topics");
        Codec.Write(request, 1).ShouldBe([0xff, 0xff, 0xff, 0xff]);
    }

    [Fact]
    public void A_string_that_is_too_long_is_not_written()
    {
        var request = new MetadataRequest();
        request.Topics!.Add().Name = new string('x', 32768);
        Should.Throw<InvalidOperationException>(() => request.Measure(9));
    }

    [Fact]
    public void A_version_that_does_not_exist_is_neither_measured_nor_written()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new FetchRequest().Measure(3));
        Should.Throw<ArgumentOutOfRangeException>(() =>
        {
            var writer = new MessageWriter(new byte[100]);
            new FetchRequest().Write(ref writer, 19);
        });
        Should.Throw<WireFormatException>(() => Codec.Read(new FetchRequest(), new byte[100], 19)).Reason.ShouldBe(WireFormatReason.UnsupportedVersion);
    }

    [Fact]
    public void A_destination_that_is_too_small_is_not_overrun()
    {
        Should.Throw<ArgumentException>(() =>
        {
            var writer = new MessageWriter(new byte[3]);
            writer.WriteInt32(1);
        });
    }

    [Fact]
    public void A_message_too_large_to_measure_is_an_error()
    {
        var response = new FetchResponse();
        FetchResponse.FetchableTopicResponse topic = response.Responses.Add();
        topic.Partitions.Add().Records = new Messages.Records(new External(int.MaxValue - 10));
        topic.Partitions.Add().Records = new Messages.Records(new External(1000));
        Should.Throw<OverflowException>(() => response.Measure(12));
    }

    private sealed class External(int sizeBytes) : IExternalRecords
    {
        public int SizeBytes => sizeBytes;

        internal byte[] Bytes { get; } = Enumerable.Repeat((byte)sizeBytes, Math.Min(sizeBytes, 2000)).ToArray();
    }
}
