namespace Sluice.FileServer.Tests;

/// <summary>Nothing outside the root is ever served, however it is asked for.</summary>
public sealed class EscapeTests
{
    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/folder/../../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/.%2E/secret.txt")]
    [InlineData("/folder/..")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/..\\secret.txt")]
    [InlineData("/%252e%252e/secret.txt")]
    [InlineData("/hello.txt%00.html")]
    [InlineData("/%")]
    [InlineData("/%2")]
    [InlineData("/%zz")]
    [InlineData("//../secret.txt")]
    [InlineData("/.../secret.txt")]
    public async Task A_path_that_climbs_is_refused(string target)
    {
        await using Site site = new();
        Answer answer = await site.GetAsync(target);
        answer.Status.ShouldBeOneOf(400, 403, 404);
        answer.Text.ShouldNotContain("secret");
    }

    [Fact]
    public async Task An_absolute_path_is_one_below_the_root()
    {
        await using Site site = new();
        (await site.GetAsync("/" + site.Secret)).Status.ShouldBe(404);
        (await site.GetAsync("//etc/passwd")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_link_that_leaves_the_root_is_not_followed()
    {
        await using Site site = new();
        File.CreateSymbolicLink(Path.Combine(site.Root, "up"), "../secret.txt");
        File.CreateSymbolicLink(Path.Combine(site.Root, "absolute"), site.Secret);
        Directory.CreateSymbolicLink(Path.Combine(site.Root, "above"), "..");
        File.CreateSymbolicLink(Path.Combine(site.Root, "round"), "round");
        File.CreateSymbolicLink(Path.Combine(site.Root, "self"), "/proc/self/environ");
        foreach (string target in new[] { "/up", "/absolute", "/above/secret.txt", "/round", "/self", "/above/" })
        {
            Answer answer = await site.GetAsync(target);
            answer.Status.ShouldBe(403, target);
        }
    }

    [Fact]
    public async Task A_relative_link_that_stays_inside_is_followed_where_the_kernel_watches_it()
    {
        await using Site site = new();
        File.CreateSymbolicLink(Path.Combine(site.Root, "folder", "again.txt"), "../hello.txt");
        Answer answer = await site.GetAsync("/folder/again.txt");
        answer.Status.ShouldBeOneOf(200, 403);
        if (answer.Status == 200) answer.Text.ShouldBe("hello, world");
    }

    [Fact]
    public void Without_the_kernels_help_every_link_is_refused()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sluice-files-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a.txt"), "a");
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "link"), "a.txt");
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "above"), "..");
            using Samples.FileServer.Files.PortableRootFolder root = new(folder.FullName);

            Samples.FileServer.Files.OpenedFile opened = root.Open("a.txt"u8);
            opened.Status.ShouldBe(200);
            opened.LengthBytes.ShouldBe(1);
            opened.Handle!.Dispose();
            root.Open("link"u8).Status.ShouldBe(403);
            root.Open("above/a.txt"u8).Status.ShouldBe(403);
            root.Open("b.txt"u8).Status.ShouldBe(404);
            root.Open("c:x"u8).Status.ShouldBe(404);
            root.Open(default).Status.ShouldBe(301);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_pipe_is_not_served_and_holds_nobody_up()
    {
        await using Site site = new();
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(site.Root, "pipe")]);
        await process.WaitForExitAsync();
        (await site.GetAsync("/pipe")).Status.ShouldBe(404);
    }
}
