namespace Sluice.Lab.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_file_is_named()
    {
        string path = Path.Combine(_folder.Path, "missing");
        LabRun run = await LabRun.RunAsync("transfer", "--file", path);
        run.ExitCode.ShouldBe(1);
        run.LastErrorLine.ShouldBe($"sluice-lab: there is no file {path}");
    }

    [Fact]
    public async Task An_empty_file_is_named()
    {
        string path = _folder.File("empty", 0);
        LabRun run = await LabRun.RunAsync("transfer", "--file", path);
        run.ExitCode.ShouldBe(1);
        run.LastErrorLine.ShouldBe($"sluice-lab: {path} is empty: there is nothing to send");
    }

    [Fact]
    public async Task A_directory_is_no_file()
    {
        LabRun run = await LabRun.RunAsync("transfer", "--file", _folder.Path);
        run.ExitCode.ShouldBe(1);
        run.LastErrorLine.ShouldBe($"sluice-lab: {_folder.Path} is a directory; --file wants a file");
    }

    [Fact]
    public async Task A_file_without_read_permission_is_named()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read everything");
        string path = _folder.File("secret", 10);
        File.SetUnixFileMode(path, UnixFileMode.None);
        LabRun run = await LabRun.RunAsync("transfer", "--file", path);
        run.ExitCode.ShouldBe(1);
        run.LastErrorLine.ShouldBe($"sluice-lab: there is no permission to read {path}");
    }

    [Fact]
    public async Task A_folder_that_nobody_may_write_to_is_named()
    {
        LabRun run = await LabRun.RunAsync("transfer", "--size", "1MiB", "--dir", "/proc/self");
        run.ExitCode.ShouldBe(1);
        run.LastErrorLine.ShouldStartWith("sluice-lab: the test file ");
        run.LastErrorLine.ShouldContain("/proc/self");
    }

    [Fact]
    public async Task A_test_file_larger_than_the_disk_is_not_begun()
    {
        LabRun run = await LabRun.RunAsync("transfer", "--size", "900TiB", "--dir", _folder.Path);
        run.ExitCode.ShouldBe(1);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: the test file needs 900 TiB, and {_folder.Path} has ");
        _folder.Files().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--mechanisms teleport", "there is no mechanism 'teleport'; there are read-write-4k,")]
    [InlineData("--chunk 3", "--chunk wants a size from 1 KiB to 1 GiB, such as 64KiB; it is '3'")]
    [InlineData("--rounds 0", "--rounds wants a whole number from 1 to 1000; it is '0'")]
    [InlineData("--receiver sleep", "--receiver wants one of discard, read, verify; it is 'sleep'")]
    [InlineData("--warp 9", "there is no 'sluice-lab transfer --warp'. See: sluice-lab transfer --help")]
    [InlineData("--size 10 --connections 11", "10 B cannot be shared by 11 connections")]
    public async Task A_command_line_without_sense_ends_with_2(string options, string message)
    {
        LabRun run = await LabRun.RunAsync(["transfer", "--dir", _folder.Path, .. options.Split(' ')]);
        run.ExitCode.ShouldBe(2);
        run.LastErrorLine.ShouldStartWith($"sluice-lab: {message}");
        _folder.Files().ShouldBeEmpty();
    }
}
