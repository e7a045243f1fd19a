using Sluice.Log.Indexes;
using Sluice.Log.Storage;
using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests.Indexes;

public sealed class IndexFileTests
{
    [Fact]
    public void An_offset_index_is_preallocated_and_trimmed_to_its_entries()
    {
        using var directory = new TempDirectory();
        string path = directory.File("00000000000000001000.index");
        using (var index = new OffsetIndex(FileIo.Instance, path, 1000))
        {
            index.Expand(10 * 1024 * 1024 + 5);
            new FileInfo(path).Length.ShouldBe(10 * 1024 * 1024);
            index.Lookup(5000).ShouldBe((1000, 0));
            index.ReserveOne();
            index.Append(1007, 4200);
            index.ReserveOne();
            index.Append(1300, 0x01020304);
            index.Lookup(1006).ShouldBe((1000, 0));
            index.Lookup(1007).ShouldBe((1007, 4200));
            index.Lookup(9999).ShouldBe((1300, 0x01020304));
            index.Trim();
        }

        Convert.ToHexString(File.ReadAllBytes(path)).ShouldBe("00000007" + "00001068" + "0000012C" + "01020304");
    }

    [Fact]
    public void A_time_index_is_preallocated_and_trimmed_to_its_entries()
    {
        using var directory = new TempDirectory();
        string path = directory.File("00000000000000001000.timeindex");
        using (var index = new TimeIndex(FileIo.Instance, path, 1000))
        {
            index.Expand(10 * 1024 * 1024);
            new FileInfo(path).Length.ShouldBe(10485756);
            index.ReserveOne();
            index.AppendIfNewer(1_700_000_000_000, 1007);
            index.AppendIfNewer(1_700_000_000_000, 1010);
            index.AppendIfNewer(1_600_000_000_000, 1020);
            index.ReserveOne();
            index.AppendIfNewer(1_700_000_000_001, 1300);
            index.Count.ShouldBe(2);
            index.Lookup(1_699_999_999_999).ShouldBe(1000);
            index.Lookup(1_700_000_000_000).ShouldBe(1007);
            index.Last().ShouldBe((1_700_000_000_001, 1300));
            index.Trim();
        }

        Convert.ToHexString(File.ReadAllBytes(path)).ShouldBe("0000018BCFE56800" + "00000007" + "0000018BCFE56801" + "0000012C");
    }

    [Fact]
    public void One_slot_of_the_time_index_stays_free_for_sealing()
    {
        using var directory = new TempDirectory();
        using var index = new TimeIndex(FileIo.Instance, directory.File("0.timeindex"), 0);
        index.Expand(3 * TimeIndexEntries.EntryBytes);
        index.IsFull.ShouldBeFalse();
        index.AppendIfNewer(1, 1);
        index.IsFull.ShouldBeFalse();
        index.AppendIfNewer(2, 2);
        index.IsFull.ShouldBeTrue();
        index.AppendIfNewer(3, 3);
        index.AppendIfNewer(4, 4);
        index.Count.ShouldBe(3);
    }

    [Fact]
    public void A_truncated_index_grows_again_over_zeros()
    {
        using var directory = new TempDirectory();
        string path = directory.File("0.index");
        using (var index = new OffsetIndex(FileIo.Instance, path, 0))
        {
            index.Expand(4096);
            for (int entry = 1; entry <= 10; entry++)
            {
                index.ReserveOne();
                index.Append(entry * 10, entry * 5000);
            }

            index.TruncateTo(45);
            index.Count.ShouldBe(4);
            index.TruncateTo(40);
            index.Count.ShouldBe(3);
            index.Expand(4096);
            index.ReserveOne();
            index.Append(41, 20001);
            index.Last().ShouldBe((41, 20001));
            File.ReadAllBytes(path).AsSpan(4 * 8).IndexOfAnyExcept((byte)0).ShouldBe(-1);
            index.Trim();
        }

        new FileInfo(path).Length.ShouldBe(32);
    }

    [Fact]
    public void A_full_disk_is_an_exception_before_the_store()
    {
        using var directory = new TempDirectory();
        var io = new FaultyFileIo();
        using var index = new OffsetIndex(io, directory.File("0.index"), 0);
        index.Expand(1 << 20);
        io.Failure = FaultyFileIo.DiskFull;
        Should.Throw<IOException>(index.ReserveOne).ShouldBe(FaultyFileIo.DiskFull);
        index.Count.ShouldBe(0);
    }

    [Fact]
    public void Room_is_asked_for_once_per_page()
    {
        using var directory = new TempDirectory();
        var io = new FaultyFileIo();
        using var index = new OffsetIndex(io, directory.File("0.index"), 0);
        index.Expand(1 << 20);
        for (int entry = 1; entry <= 1024; entry++)
        {
            index.ReserveOne();
            index.Append(entry, entry);
        }

        io.WritesCount.ShouldBe(2);
    }
}
