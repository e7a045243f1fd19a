using System.Buffers;
using System.Text;
using Sluice.Metadata.Local;

namespace Sluice.Metadata.Tests.Local;

public sealed class MetadataFilesTests
{
    // The bytes of both files are written out in Data: whoever changes them breaks the directories of every user.
    [Fact]
    public async Task The_log_has_these_bytes()
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            await CommitEveryKindAsync(store);
        }

        (await ReadAsync(directory.LogPath)).ShouldBe(Golden("metadata-log.txt"));
    }

    [Fact]
    public async Task The_snapshot_has_these_bytes()
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            await CommitEveryKindAsync(store);
        }
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1))
        {
            await store.CommitAsync(ProducerIdBlockAllocated.Next(store.Current, 1));
        }

        (await ReadAsync(directory.SnapshotPath)).ShouldBe(Golden("metadata-snapshot.txt"));
        (await ReadAsync(directory.LogPath)).ShouldBe(Golden("metadata-log-after-snapshot.txt"));
    }

    [Fact]
    public async Task Nobody_else_may_read_them()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("files there have the rights of their folder");
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1))
        {
            await store.CommitAsync(ProducerIdBlockAllocated.Next(store.Current, 1));
        }

        foreach (string path in (string[])[directory.LogPath, directory.SnapshotPath])
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, path);
    }

    [Fact]
    public async Task The_golden_files_are_read()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.LogPath, Golden("metadata-log.txt"), TestContext.Current.CancellationToken);
        string fromLog;
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            store.Current.Version.ShouldBe(5);
            fromLog = (await store.CommitAsync(ProducerIdBlockAllocated.Next(store.Current, 1))).Text();
        }

        await File.WriteAllTextAsync(directory.SnapshotPath, Golden("metadata-snapshot.txt"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(directory.LogPath, Golden("metadata-log-after-snapshot.txt"), TestContext.Current.CancellationToken);
        await using LocalMetadataStore fromSnapshot = await Stores.OpenAsync(directory);
        fromSnapshot.Current.Text().ShouldBe(fromLog);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("x", false)]
    [InlineData("00000001 00000000 {}\n", false)]
    [InlineData("ffffffff 00000000 {}\n", false)]
    [InlineData("00000002 297bd0aa {}\n", true)]
    [InlineData("00000002 297bd0aa {} ", false)]
    [InlineData("00000002_297bd0aa {}\n", false)]
    [InlineData("0000000g 297bd0aa {}\n", false)]
    public void A_frame_is_taken_only_if_length_checksum_and_end_are_right(string text, bool isFrame) =>
        MetadataFrame.TryRead(Encoding.UTF8.GetBytes(text), out _).ShouldBe(isFrame);

    [Fact]
    public void Every_flipped_bit_of_a_frame_is_noticed()
    {
        var output = new ArrayBufferWriter<byte>();
        MetadataFrame.Write(output, "{\"version\":1}"u8);
        for (int bit = 0; bit < output.WrittenCount * 8; bit++)
        {
            byte[] bytes = output.WrittenSpan.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            // Hexadecimal digits have two forms: the flip between the cases leaves the number as it is.
            bool isCase = bit / 8 < MetadataFrame.PrefixBytes && bit % 8 == 5 && char.IsAsciiLetter((char)bytes[bit / 8]);
            MetadataFrame.TryRead(bytes, out _).ShouldBe(isCase, $"bit {bit}");
        }
    }

    internal static async Task CommitEveryKindAsync(LocalMetadataStore store)
    {
        await store.CommitAsync(
            Stores.Topic("orders", 1, partitionsCount: 2),
            Stores.Configs(ConfigResource.Topic("orders"), ("retention.ms", "60000"), ("cleanup.policy", "delete")));
        await store.CommitAsync(new PartitionsAdded(Stores.Id(1), [PartitionImage.OnOneBroker(2, brokerId: 1)]));
        await store.CommitAsync(Stores.Configs(ConfigResource.ClusterDefaults, ("message.max.bytes", "2000000")));
        await store.CommitAsync(Stores.Topic("gone", 2), ProducerIdBlockAllocated.Next(store.Current, 1));
        await store.CommitAsync(
            new TopicDeleted("gone", Stores.Id(2)),
            new ConfigsChanged(ConfigResource.Topic("orders"), System.Collections.Immutable.ImmutableDictionary<string, string>.Empty, ["cleanup.policy"]));
    }

    private static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

    private static string Golden(string name)
    {
        using Stream stream = typeof(MetadataFilesTests).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
