using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>Ranges of a file that many share: their lengths, and who keeps the file open.</summary>
public sealed class FileRangeTests
{
    [Fact]
    public void A_range_longer_than_a_region_is_added_as_several_without_a_gap()
    {
        using TestFile file = new(10);
        using ResponseFrame frame = new();
        frame.Append(file.File, positionBytes: 7, lengthBytes: 5_000_000_000);

        frame.LengthBytes.ShouldBe(5_000_000_000);
        long nextBytes = 7;
        foreach (FrameSegment segment in frame.Segments)
        {
            segment.Region.PositionBytes.ShouldBe(nextBytes);
            nextBytes += segment.LengthBytes;
        }

        nextBytes.ShouldBe(5_000_000_007);
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1, long.MaxValue)]
    public void A_range_that_is_none_is_refused_and_takes_no_reference(long positionBytes, long lengthBytes)
    {
        using TestFile file = new(10);
        using ResponseFrame frame = new();
        Should.Throw<ArgumentOutOfRangeException>(() => frame.Append(file.File, positionBytes, lengthBytes));
        frame.LengthBytes.ShouldBe(0);
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Fact]
    public void A_file_stays_open_until_the_last_range_of_it_is_cleared()
    {
        using TestFile file = new(10);
        using ResponseFrame first = new();
        using ResponseFrame second = new();
        first.Append(file.File, 0, 5);
        second.Append(file.File.TakeRegion(5, 5));

        file.ReleaseByOwner();
        file.File.Handle.IsClosed.ShouldBeFalse();
        first.Clear();
        file.File.ReadLengthBytes().ShouldBe(10);
        second.Clear();
        file.File.Handle.IsClosed.ShouldBeTrue();
        file.ReleasesCount.ShouldBe(1);

        Should.Throw<ObjectDisposedException>(() => first.Append(file.File, 0, 5));
        Should.Throw<ObjectDisposedException>(() => file.File.TakeRegion(0, 5));
        Should.Throw<ObjectDisposedException>(() => file.File.ReadLengthBytes());
    }

    [Fact]
    public void An_opened_file_can_be_deleted_and_is_still_the_same()
    {
        using TestFile file = new(10);
        TransferFile opened = TransferFile.Open(file.File.Path);
        File.Delete(file.File.Path);
        opened.ReadLengthBytes().ShouldBe(10);
        opened.Release();
        opened.Handle.IsClosed.ShouldBeTrue();
        Should.Throw<FileNotFoundException>(() => TransferFile.Open(file.File.Path));
    }
}
