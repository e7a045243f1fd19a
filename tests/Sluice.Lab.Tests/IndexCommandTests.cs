using Sluice.Lab.Lookups;

namespace Sluice.Lab.Tests;

public sealed class IndexCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_mechanism_gets_a_row_for_each_size_and_the_index_is_removed()
    {
        LabRun run = await LabRun.RunAsync("index", "--sizes", "8,64KiB", "--lookups", "100", "--cold", "1", "--rounds", "1", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(0, run.Error);
        foreach (string size in new[] { "8 B", "64 KiB" })
        {
            foreach (string mechanism in new[] { "mmap", "pread-page", "pread-entry" }) run.Output.ShouldMatch($@"\| {size} +\| {mechanism} +\|");
        }

        _folder.Files().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(5000)]
    public void Every_mechanism_finds_every_entry(int entriesCount)
    {
        using IndexFile index = IndexFile.Create(_folder.Path, (long)entriesCount * IndexFile.EntryBytes);
        using var mapped = new MappedIndexReader(index);
        using var pages = new ReadIndexReader(index, 4096);
        using var entries = new ReadIndexReader(index, IndexFile.EntryBytes);
        for (int key = -1; key < (entriesCount * IndexFile.KeyStep) + 2; key++)
        {
            int expected = key < 0 ? -1 : Math.Min(key / IndexFile.KeyStep, entriesCount - 1);
            mapped.Lookup(key).ShouldBe(expected);
            pages.Lookup(key).ShouldBe(expected);
            entries.Lookup(key).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("--sizes 7", 2, "--sizes wants a size from 8 B to 1 GiB")]
    [InlineData("--dir /nowhere/at/all", 1, "there is no folder /nowhere/at/all for the index; --dir names another")]
    [InlineData("--dir /proc/self", 1, "the index cannot be made in /proc/self: ")]
    public async Task What_cannot_be_run_is_said_in_one_line(string options, int exitCode, string message)
    {
        LabRun run = await LabRun.RunAsync(["index", .. options.Split(' ')]);
        run.ExitCode.ShouldBe(exitCode);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: {message}");
    }
}
