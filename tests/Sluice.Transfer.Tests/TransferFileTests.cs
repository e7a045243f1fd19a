using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

public sealed class TransferFileTests
{
    [Fact]
    public void The_last_release_closes_the_file_and_then_tells_its_owner()
    {
        using TestFile file = new(10);
        FileRegion region = file.Region(0, 10);
        file.ReleaseByOwner();
        file.File.Handle.IsClosed.ShouldBeFalse();
        file.ReleasesCount.ShouldBe(0);

        region.Release();

        file.File.Handle.IsClosed.ShouldBeTrue();
        file.ReleasesCount.ShouldBe(1);
    }

    [Fact]
    public void A_released_file_gives_no_further_reference()
    {
        using TestFile file = new(10);
        file.ReleaseByOwner();
        file.File.TryAddReference().ShouldBeFalse();
    }

    [Fact]
    public void One_release_too_many_is_an_error()
    {
        using TestFile file = new(10);
        file.ReleaseByOwner();
        Should.Throw<InvalidOperationException>(file.File.Release);
        file.ReleasesCount.ShouldBe(1);
    }

    [Fact]
    public void References_taken_and_given_back_on_many_threads_close_the_file_once()
    {
        using TestFile file = new(10);
        Parallel.For(0, 10_000, _ =>
        {
            if (file.File.TryAddReference())
            {
                file.File.Release();
            }
        });
        file.File.ReferencesCount.ShouldBe(1);
        file.ReleasesCount.ShouldBe(0);
    }
}
