using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests;

/// <summary>A log needs one file descriptor for each segment; its indexes are mapped, and need one only while they are written.</summary>
public sealed class DescriptorTests
{
    [Fact]
    public async Task A_log_that_is_only_there_needs_one_descriptor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors are counted in /proc");
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Open(fixture).ShouldBe([".log"]);
        fixture.Append(Batches.OfBytes(10));
        Open(fixture).ShouldBe([".log"]);
        await fixture.RestartAsync();
        Open(fixture).ShouldBe([".log"]);
    }

    [Fact]
    public async Task Indexes_are_open_while_they_are_written_and_closed_when_they_are_on_the_device()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors are counted in /proc");
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 20_000, IndexIntervalBytes = 100 });
        for (int i = 0; i < 10; i++) fixture.Append(Batches.OfBytes(1000));
        Open(fixture).ShouldBe([".index", ".log", ".timeindex"], ignoreOrder: true);

        while (fixture.Log.SegmentCount < 4) fixture.Append(Batches.OfBytes(1000));
        await fixture.Log.FlushAsync();
        Open(fixture).Count(static extension => extension == ".log").ShouldBe(4);
        Open(fixture).Count(static extension => extension != ".log").ShouldBeLessThanOrEqualTo(2, "of the active segment only");

        // And they go on: truncation makes a sealed segment the active one.
        fixture.Log.TruncateTo(1);
        for (int i = 0; i < 20; i++) fixture.Append(Batches.OfBytes(1000));
        await fixture.RestartAsync();
        fixture.Log.LogEndOffset.ShouldBe(21);
    }

    private static List<string> Open(LogFixture fixture) =>
    [
        .. Directory.EnumerateFiles("/proc/self/fd").Select(static link => new FileInfo(link).LinkTarget ?? "") // Others are closed meanwhile.
            .Where(path => path.StartsWith(fixture.PartitionDirectory + "/", StringComparison.Ordinal)).Select(static path => Path.GetExtension(path)),
    ];
}
