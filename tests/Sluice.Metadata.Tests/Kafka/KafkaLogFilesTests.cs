using Sluice.Metadata.Kafka;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Metadata.Tests.Kafka;

/// <summary>Segments, snapshots, and what a crash leaves of them.</summary>
public sealed class KafkaLogFilesTests
{
    private static readonly Uuid s_a = new(1, 1);
    private static readonly Uuid s_b = new(1, 2);
    private static readonly Uuid s_c = new(1, 3);

    [Fact]
    public void Segments_are_read_one_after_the_other()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder first = KafkaLogBuilder.OfOneNode().Append(KafkaLogBuilder.Topic("a", s_a)).WriteSegment(directory.Path);
        KafkaLogBuilder second = new KafkaLogBuilder(first.NextOffset, epoch: 2).Append(KafkaLogBuilder.Topic("b", s_b)).WriteSegment(directory.Path);

        KafkaMetadata metadata = Read(directory);
        metadata.Topics.Select(static topic => topic.Name).ShouldBe(["a", "b"]);
        (metadata.EndOffset, metadata.Epoch, metadata.CutBytes).ShouldBe((second.NextOffset, 2, 0));
        KafkaMetadataVersions.NameOf(metadata.MetadataVersion).ShouldBe("4.3-IV0");
        metadata.Features.ShouldBe([KeyValuePair.Create("group.version", (short)1), KeyValuePair.Create("metadata.version", (short)30)]);
    }

    [Fact]
    public void The_newest_snapshot_counts_and_of_the_log_what_comes_behind_it()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder log = KafkaLogBuilder.OfOneNode().Append(KafkaLogBuilder.Topic("a", s_a)).Append(KafkaLogBuilder.Topic("b", s_b));
        long snapshotEndOffset = log.NextOffset;
        log.Append(new RemoveTopicRecord { TopicId = s_a }).Append(KafkaLogBuilder.Topic("c", s_c)).WriteSegment(directory.Path);
        KafkaLogBuilder.WriteSnapshot(directory.Path, 3, 1, KafkaLogBuilder.Feature("metadata.version", 99));
        // Not what the log says, so that it shows which of them was read.
        KafkaLogBuilder.WriteSnapshot(directory.Path, snapshotEndOffset, 1,
            [KafkaLogBuilder.Feature("metadata.version", 25), KafkaLogBuilder.Broker(7), .. KafkaLogBuilder.Topic("a", s_a), .. KafkaLogBuilder.Topic("z", s_b)]);
        File.WriteAllText(Path.Combine(directory.Path, "00000000000000000099-0000000001.checkpoint.part"), "not whole yet");

        KafkaMetadata metadata = Read(directory);
        metadata.Topics.Select(static topic => topic.Name).ShouldBe(["c", "z"]);
        metadata.MetadataVersion.ShouldBe((short)25);
        metadata.Brokers.Select(static broker => broker.Id).ShouldBe([7]);
        metadata.EndOffset.ShouldBe(log.NextOffset);
    }

    [Fact]
    public void A_snapshot_may_end_within_a_batch_and_without_any_log_behind_it()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder log = KafkaLogBuilder.OfOneNode();
        long firstOfBatch = log.NextOffset;
        log.Append([.. KafkaLogBuilder.Topic("a", s_a), .. KafkaLogBuilder.Topic("b", s_b)]).WriteSegment(directory.Path);
        string snapshot = KafkaLogBuilder.WriteSnapshot(
            directory.Path, firstOfBatch + 2, 1, [KafkaLogBuilder.Feature("metadata.version", 25), .. KafkaLogBuilder.Topic("a", s_a)]);

        Read(directory).Topics.Select(static topic => topic.Name).ShouldBe(["a", "b"]);

        File.Delete(log.SegmentPath(directory.Path));
        KafkaMetadata alone = Read(directory);
        (alone.Topics.Length, alone.EndOffset).ShouldBe((1, firstOfBatch + 2));
        File.Delete(snapshot);
        Should.Throw<KafkaMetadataException>(() => Read(directory)).Message.ShouldEndWith("holds neither a log nor a snapshot");
    }

    [Fact]
    public void Voters_are_those_that_were_named_last()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder.OfOneNode()
            .Control(ControlRecordType.KRaftVersion, new KRaftVersionRecord { KRaftVersion = 1 })
            .Control(ControlRecordType.KRaftVoters, new VotersRecord { Voters = [new() { VoterId = 3 }, new() { VoterId = 2 }] })
            .WriteSegment(directory.Path);

        Read(directory).Voters.ShouldBe([2, 3]);
    }

    [Fact]
    public void A_quorum_version_that_is_not_known_is_refused()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder.OfOneNode().Control(ControlRecordType.KRaftVersion, new KRaftVersionRecord { KRaftVersion = 2 }).WriteSegment(directory.Path);

        Should.Throw<KafkaMetadataException>(() => Read(directory)).Message.ShouldEndWith("kraft.version is 2, and known are 0 to 1");
    }

    [Fact]
    public void Cut_at_any_byte_the_log_tells_what_its_whole_batches_say_and_how_much_is_left_aside()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder log = KafkaLogBuilder.OfOneNode();
        int wholeBytes = log.Bytes.Length;
        long wholeOffset = log.NextOffset;
        log.Append(KafkaLogBuilder.Topic("a", s_a)).WriteSegment(directory.Path);
        byte[] bytes = log.Bytes;
        for (int length = wholeBytes; length < bytes.Length; length++)
        {
            File.WriteAllBytes(log.SegmentPath(directory.Path), bytes[..length]);
            KafkaMetadata metadata = Read(directory);
            (metadata.Topics.Length, metadata.EndOffset, metadata.CutBytes).ShouldBe((0, wholeOffset, length - wholeBytes));
        }
    }

    [Fact]
    public void A_last_batch_that_did_not_reach_the_disk_and_zeros_are_left_aside()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder log = KafkaLogBuilder.OfOneNode();
        int wholeBytes = log.Bytes.Length;
        log.Append(KafkaLogBuilder.Topic("a", s_a)).WriteSegment(directory.Path);
        byte[] bytes = log.Bytes;
        bytes.AsSpan(bytes.Length - 20).Clear();
        File.WriteAllBytes(log.SegmentPath(directory.Path), bytes);
        Read(directory).CutBytes.ShouldBe(bytes.Length - wholeBytes);

        File.WriteAllBytes(log.SegmentPath(directory.Path), [.. bytes[..wholeBytes], .. new byte[200_000]]);
        Read(directory).CutBytes.ShouldBe(200_000);
    }

    [Fact]
    public void Damage_before_the_end_is_refused_with_its_place()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder log = KafkaLogBuilder.OfOneNode().Append(KafkaLogBuilder.Topic("a", s_a)).WriteSegment(directory.Path);
        byte[] bytes = log.Bytes;
        bytes[70] ^= 1;
        File.WriteAllBytes(log.SegmentPath(directory.Path), bytes);

        Should.Throw<KafkaMetadataException>(() => Read(directory)).Message.ShouldEndWith(".log, byte 0: the batch that begins here is damaged");
    }

    [Fact]
    public void A_closed_segment_may_not_end_in_the_middle()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder first = KafkaLogBuilder.OfOneNode().Append(KafkaLogBuilder.Topic("a", s_a)).WriteSegment(directory.Path);
        new KafkaLogBuilder(first.NextOffset).Append(KafkaLogBuilder.Topic("b", s_b)).WriteSegment(directory.Path);
        File.WriteAllBytes(first.SegmentPath(directory.Path), first.Bytes[..^1]);

        Should.Throw<KafkaMetadataException>(() => Read(directory)).Message.ShouldContain("damaged");
    }

    [Fact]
    public void Gaps_are_refused()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder first = KafkaLogBuilder.OfOneNode().WriteSegment(directory.Path);
        KafkaLogBuilder second = new KafkaLogBuilder(first.NextOffset + 1).Append(KafkaLogBuilder.Topic("b", s_b)).WriteSegment(directory.Path);
        Should.Throw<KafkaMetadataException>(() => Read(directory)).Message.ShouldContain($"offset {second.BaseOffset} follows where {first.NextOffset} is next");

        File.Delete(first.SegmentPath(directory.Path));
        Should.Throw<KafkaMetadataException>(() => Read(directory)).Message.ShouldContain("the snapshot that must stand before it is missing");
    }

    [Fact]
    public void A_snapshot_that_is_not_whole_is_refused_wherever_it_was_cut()
    {
        using var directory = new TemporaryDirectory();
        string path = KafkaLogBuilder.WriteSnapshot(directory.Path, 10, 1, [KafkaLogBuilder.Feature("metadata.version", 25), .. KafkaLogBuilder.Topic("a", s_a)]);
        byte[] bytes = File.ReadAllBytes(path);
        Read(directory).Topics.Length.ShouldBe(1);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Should.Throw<KafkaMetadataException>(() => Read(directory));
        }
    }

    // Whatever the bytes are, the answer is metadata or a refusal, never another exception, and never a topic that is not there.
    [Fact]
    public void No_damaged_byte_makes_anything_but_a_refusal_or_a_shorter_log()
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder log = KafkaLogBuilder.OfOneNode().Append(KafkaLogBuilder.Topic("a", s_a)).Append(KafkaLogBuilder.Topic("b", s_b)).WriteSegment(directory.Path);
        byte[] bytes = log.Bytes;
        int seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        for (int position = 0; position < bytes.Length; position++)
        {
            byte[] damaged = [.. bytes];
            damaged[position] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(log.SegmentPath(directory.Path), damaged);
            try
            {
                Read(directory).Topics.Select(static topic => topic.Name).ShouldBeSubsetOf(["a", "b"], $"byte {position}, seed {seed}");
            }
            catch (KafkaMetadataException)
            {
                // A refusal is one of the two right answers.
            }
        }
    }

    private static KafkaMetadata Read(TemporaryDirectory directory) => KafkaMetadataReader.Read(directory.Path, TestContext.Current.CancellationToken);
}
