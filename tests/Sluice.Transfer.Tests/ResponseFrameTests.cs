using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

public sealed class ResponseFrameTests
{
    [Fact]
    public void Length_is_the_sum_of_pieces_and_regions()
    {
        using TestFile file = new(1000);
        using ResponseFrame frame = new();
        frame.Append(new byte[3]);
        frame.Append(file.Region(10, 500));
        frame.Append(new byte[4]);
        frame.LengthBytes.ShouldBe(507);
    }

    [Fact]
    public void Clear_releases_every_region_once_and_empties_the_frame()
    {
        using TestFile file = new(1000);
        using ResponseFrame frame = new();
        for (int i = 0; i < 20; i++)
        {
            frame.Append(file.Region(i, 1));
        }

        file.File.ReferencesCount.ShouldBe(21);
        frame.Clear();
        frame.Clear();
        file.File.ReferencesCount.ShouldBe(1);
        frame.LengthBytes.ShouldBe(0);
    }

    [Fact]
    public void A_region_that_is_refused_stays_with_the_caller()
    {
        using TestFile file = new(1000);
        using ResponseFrame frame = new();
        foreach ((long positionBytes, int lengthBytes) in new[] { (-1L, 1), (0L, -1), (long.MaxValue, 1) })
        {
            FileRegion region = file.Region(positionBytes, lengthBytes);
            Should.Throw<ArgumentException>(() => frame.Append(region));
            region.Release();
        }

        Should.Throw<ArgumentException>(() => frame.Append(default(FileRegion)));
        file.File.ReferencesCount.ShouldBe(1);
    }

    [Fact]
    public void A_frame_that_is_used_again_allocates_nothing()
    {
        using TestFile file = new(1000);
        using ResponseFrame frame = new();
        byte[] header = new byte[100];
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                for (int part = 0; part < 50; part++)
                {
                    frame.Append(header);
                    frame.Append(file.Region(0, 10));
                }

                frame.Clear();
            }

            if (round > 0)
            {
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
            }
        }
    }

    [Fact]
    public void A_disposed_frame_accepts_nothing()
    {
        ResponseFrame frame = new();
        frame.Dispose();
        Should.Throw<ObjectDisposedException>(() => frame.Append(new byte[1]));
    }
}
