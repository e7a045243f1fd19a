using System.Buffers;
using System.Text;
using Sluice.Metadata.Local;

namespace Sluice.Metadata.Tests.Local;

public sealed class CrashTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_cut_anywhere_gives_the_state_after_its_last_whole_commit()
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, List<(long EndBytes, string Text)> states) = await WriteLogAsync(directory);

        for (int cutBytes = (int)states[0].EndBytes; cutBytes <= log.Length; cutBytes++)
        {
            await File.WriteAllBytesAsync(directory.LogPath, log[..cutBytes], Cancellation);
            (long endBytes, string text) = states.Last(state => state.EndBytes <= cutBytes);
            await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
            {
                store.Current.Text().ShouldBe(text, $"cut at byte {cutBytes}");
                new FileInfo(directory.LogPath).Length.ShouldBe(endBytes);
            }
        }
    }

    [Fact]
    public async Task After_a_cut_the_log_goes_on_as_if_the_lost_commit_had_never_begun()
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, _) = await WriteLogAsync(directory);
        await File.WriteAllBytesAsync(directory.LogPath, log[..^5], Cancellation);
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            (await store.CommitAsync(Stores.Topic("instead", 7))).Version.ShouldBe(5);
        }

        await using LocalMetadataStore again = await Stores.OpenAsync(directory);
        again.Current.FindTopic("instead").ShouldNotBeNull();
        again.Current.Version.ShouldBe(5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task Blocks_that_a_power_cut_left_as_zeros_are_cut_off(int zerosCount)
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, List<(long EndBytes, string Text)> states) = await WriteLogAsync(directory);
        byte[] lastFrame = log[(int)states[^2].EndBytes..];
        byte[] halfZeros = [.. lastFrame[..(lastFrame.Length / 2)], .. new byte[lastFrame.Length - (lastFrame.Length / 2)]];

        foreach (byte[] tail in new[] { new byte[zerosCount], [.. halfZeros, .. new byte[zerosCount]] })
        {
            await File.WriteAllBytesAsync(directory.LogPath, [.. log[..(int)states[^2].EndBytes], .. tail], Cancellation);
            await using LocalMetadataStore store = await Stores.OpenAsync(directory);
            store.Current.Text().ShouldBe(states[^2].Text);
        }
    }

    [Fact]
    public async Task Damage_anywhere_in_the_log_is_an_error_that_names_file_and_frame()
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, List<(long EndBytes, string Text)> states) = await WriteLogAsync(directory);
        long[] begins = [0, .. states.Select(state => state.EndBytes)];

        // The last byte is left out: a log without it is one that was cut off.
        for (int positionBytes = 0; positionBytes < log.Length - 1; positionBytes++)
        {
            byte[] damaged = [.. log];
            damaged[positionBytes] = (byte)'~';
            MetadataFileException error = Should.Throw<MetadataFileException>(() => LogReplay.Run(new MetadataFile("the.log", damaged), image: null));
            error.PositionBytes.ShouldBe(begins.Last(begin => begin <= positionBytes), $"damaged byte {positionBytes}");
            error.Message.ShouldStartWith($"the.log, byte {error.PositionBytes}: ");
        }
    }

    [Fact]
    public async Task A_damaged_log_is_left_as_it_is()
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, List<(long EndBytes, string Text)> states) = await WriteLogAsync(directory);
        log[states[1].EndBytes + 30] ^= 1;
        await File.WriteAllBytesAsync(directory.LogPath, log, Cancellation);

        await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory));
        (await File.ReadAllBytesAsync(directory.LogPath, Cancellation)).ShouldBe(log);
    }

    [Fact]
    public async Task A_zero_in_the_middle_is_damage_since_whole_commits_follow()
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, List<(long EndBytes, string Text)> states) = await WriteLogAsync(directory);
        log[states[1].EndBytes + 30] = 0;
        await File.WriteAllBytesAsync(directory.LogPath, log, Cancellation);

        (await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory))).PositionBytes.ShouldBe(states[1].EndBytes);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_an_error_at_any_byte()
    {
        using var directory = new TemporaryDirectory();
        await WriteSnapshotAsync(directory);
        byte[] snapshot = await File.ReadAllBytesAsync(directory.SnapshotPath, Cancellation);

        for (int positionBytes = 0; positionBytes < snapshot.Length; positionBytes++)
        {
            byte[] damaged = [.. snapshot];
            damaged[positionBytes] ^= 0x40;
            await File.WriteAllBytesAsync(directory.SnapshotPath, damaged, Cancellation);
            await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory), $"damaged byte {positionBytes}");
            await File.WriteAllBytesAsync(directory.SnapshotPath, snapshot[..positionBytes], Cancellation);
            await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory), $"cut at byte {positionBytes}");
        }
    }

    [Fact]
    public async Task A_crash_between_snapshot_and_new_log_loses_nothing_and_applies_nothing_twice()
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, List<(long EndBytes, string Text)> states) = await WriteLogAsync(directory);
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1))
        {
            await store.CommitAsync(Stores.Topic("last", 9));
        }
        byte[] newLog = await File.ReadAllBytesAsync(directory.LogPath, Cancellation);

        // The old log still stands beside the new snapshot, with the temporary file of the new log.
        await File.WriteAllBytesAsync(directory.LogPath, log, Cancellation);
        await File.WriteAllBytesAsync(directory.LogPath + ".tmp", newLog[..10], Cancellation);
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            store.Current.Version.ShouldBe(6);
            store.Current.FindTopic("last").ShouldNotBeNull();
        }
        File.Exists(directory.LogPath + ".tmp").ShouldBeFalse();
    }

    [Fact]
    public async Task A_log_that_begins_after_its_snapshot_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await WriteSnapshotAsync(directory);
        byte[] snapshot = await File.ReadAllBytesAsync(directory.SnapshotPath, Cancellation);
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1))
        {
            await store.CommitAsync(Stores.Topic("newer", 9));
        }
        await File.WriteAllBytesAsync(directory.SnapshotPath, snapshot, Cancellation);

        (await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory))).Message
            .ShouldContain("the log begins after version 2, but the snapshot beside it ends at 1");
    }

    [Fact]
    public async Task A_snapshot_without_its_log_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await WriteSnapshotAsync(directory);
        File.Delete(directory.LogPath);

        (await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory))).Message.ShouldContain("missing");
    }

    [Theory]
    [InlineData("{\"version\":6,\"timeMs\":0,\"changes\":[{\"type\":\"QuotaSet\",\"entity\":\"x\"}]}", "changes of type QuotaSet are not known to this version of Sluice; a newer one wrote the file")]
    [InlineData("{\"version\":6,\"timeMs\":0,\"changes\":[],\"signature\":\"x\"}", "the frame cannot be understood: ")]
    [InlineData("{\"version\":7,\"timeMs\":0,\"changes\":[{\"type\":\"ProducerIdBlockAllocated\",\"firstProducerId\":5000,\"count\":1,\"brokerId\":1}]}", "version 7 follows version 5")]
    [InlineData("{\"version\":6,\"timeMs\":0,\"changes\":[{\"type\":\"ProducerIdBlockAllocated\",\"firstProducerId\":0,\"count\":1,\"brokerId\":1}]}", "Producer ids from 0 on are taken: the next free one is 1000.")]
    [InlineData("{\"version\":6,\"timeMs\":0,\"changes\":[{\"type\":\"TopicDeleted\",\"name\":\"orders\"}]}", "the frame cannot be understood: ")]
    [InlineData("[]", "the frame cannot be understood: ")]
    [InlineData("not json", "the frame cannot be understood: ")]
    public async Task A_whole_frame_that_makes_no_sense_is_an_error_and_not_cut_off(string json, string reason)
    {
        using var directory = new TemporaryDirectory();
        (byte[] log, List<(long EndBytes, string Text)> states) = await WriteLogAsync(directory);
        var output = new ArrayBufferWriter<byte>();
        MetadataFrame.Write(output, Encoding.UTF8.GetBytes(json));
        await File.WriteAllBytesAsync(directory.LogPath, [.. log, .. output.WrittenSpan], Cancellation);

        MetadataFileException error = await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory));
        error.Message.ShouldStartWith($"{directory.LogPath}, byte {log.Length}: {reason}");
    }

    [Theory]
    [InlineData("{\"format\":2,\"kind\":\"sluice-metadata-log\",\"clusterId\":\"c\",\"version\":0,\"changesCount\":0}", "format 2 was written by a newer version of Sluice")]
    [InlineData("{\"format\":1,\"kind\":\"sluice-metadata-snapshot\",\"clusterId\":\"c\",\"version\":0,\"changesCount\":0}", "this is a sluice-metadata-snapshot and not a sluice-metadata-log")]
    public async Task The_header_says_what_the_file_is(string json, string reason)
    {
        using var directory = new TemporaryDirectory();
        var output = new ArrayBufferWriter<byte>();
        MetadataFrame.Write(output, Encoding.UTF8.GetBytes(json));
        await File.WriteAllBytesAsync(directory.LogPath, output.WrittenSpan.ToArray(), Cancellation);

        (await Should.ThrowAsync<MetadataFileException>(() => Stores.OpenAsync(directory))).Message.ShouldContain(reason);
    }

    /// <summary>Writes a log with every kind of change; the states are those after the header and after each commit.</summary>
    private static async Task<(byte[] Log, List<(long EndBytes, string Text)> States)> WriteLogAsync(TemporaryDirectory directory)
    {
        var states = new List<(long, string)>();
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            states.Add((new FileInfo(directory.LogPath).Length, store.Current.Text()));
            using IDisposable subscription = store.Subscribe(new StateRecorder(directory.LogPath, states), out _);
            await MetadataFilesTests.CommitEveryKindAsync(store);
        }
        return (await File.ReadAllBytesAsync(directory.LogPath, Cancellation), states);
    }

    private static async Task WriteSnapshotAsync(TemporaryDirectory directory)
    {
        await using LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1);
        await store.CommitAsync(Stores.Topic("orders", 1), Stores.Configs(ConfigResource.Topic("orders"), ("a", "b")));
    }

    private sealed class StateRecorder(string logPath, List<(long, string)> states) : IMetadataObserver
    {
        public void OnCommitted(MetadataImage previous, MetadataImage current, IReadOnlyList<MetadataChange> changes) =>
            states.Add((new FileInfo(logPath).Length, current.Text()));
    }
}
