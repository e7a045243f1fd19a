using Sluice.Cli.Tests.Support;

namespace Sluice.Cli.Tests.EndToEnd;

/// <summary><c>sluice kafka inspect</c> on what is not, or not wholly, a Kafka's data directory. A real one: Sluice.Differential.</summary>
public sealed class KafkaInspectTests : IDisposable
{
    private const string MetadataFolder = "__cluster_metadata-0";

    private readonly string _directory = Directory.CreateTempSubdirectory("sluice-inspect-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_directory_that_is_not_there_is_named() =>
        (await InspectAsync("missing")).ShouldFail(ExitCodes.Failed, $"there is no directory {Path.Combine(_directory, "missing")}");

    [Fact]
    public async Task A_file_is_no_directory()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "file"), "x", TestContext.Current.CancellationToken);
        (await InspectAsync("file")).ShouldFail(ExitCodes.Failed, $"there is no directory {Path.Combine(_directory, "file")}");
    }

    [Fact]
    public async Task A_directory_without_metadata_is_told_what_it_lacks()
    {
        (await InspectAsync("")).ShouldFail(ExitCodes.Failed, $"there is no {MetadataFolder} in {_directory}");
        Directory.CreateDirectory(Path.Combine(_directory, "orders-0"));
        (await InspectAsync("")).ShouldFail(ExitCodes.Failed, "--kafka-metadata");
        (await InspectAsync("", "--kafka-metadata", Path.Combine(_directory, "orders-0"))).ShouldFail(ExitCodes.Failed, $"there is no {MetadataFolder}");
    }

    [Fact]
    public async Task Metadata_that_cannot_be_read_are_told_in_a_line_and_left_as_they_are()
    {
        string metadata = Directory.CreateDirectory(Path.Combine(_directory, MetadataFolder)).FullName;
        await File.WriteAllTextAsync(Path.Combine(_directory, "meta.properties"), "version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\nnode.id=1\n", TestContext.Current.CancellationToken);
        (await InspectAsync("")).ShouldFail(ExitCodes.Failed, $"{metadata} holds neither a log nor a snapshot");

        string log = Path.Combine(metadata, "00000000000000000000.log");
        await File.WriteAllBytesAsync(log, [.. Enumerable.Repeat((byte)7, 1000)], TestContext.Current.CancellationToken);
        CliOutcome damaged = await InspectAsync("");
        damaged.ExitCode.ShouldBe(ExitCodes.Failed);
        damaged.ErrorLines.Length.ShouldBe(1, damaged.Error);
        damaged.Output.ShouldBeEmpty();
        Directory.GetFileSystemEntries(_directory, "*", SearchOption.AllDirectories).Length.ShouldBe(3);
        (await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken)).ShouldAllBe(static value => value == 7);
    }

    [Fact]
    public async Task Sluices_own_directory_is_not_taken_for_Kafkas()
    {
        var broker = new TestBroker();
        await broker.InitializeAsync();
        await using (broker)
        {
            await broker.StopAsync();
            (await TestCli.RunAsync("kafka", "inspect", broker.DataDirectory)).ShouldFail(ExitCodes.Failed, "is Sluice's already");
        }
    }

    [Fact]
    public async Task A_directory_must_be_named() => (await TestCli.RunAsync("kafka", "inspect")).ExitCode.ShouldBe(ExitCodes.Usage);

    private Task<CliOutcome> InspectAsync(string name, params string[] options) =>
        TestCli.RunAsync(["kafka", "inspect", name.Length == 0 ? _directory : Path.Combine(_directory, name), .. options]);
}
