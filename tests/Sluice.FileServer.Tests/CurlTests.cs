using System.Diagnostics;

namespace Sluice.FileServer.Tests;

/// <summary>A client that somebody else wrote, where it is installed.</summary>
public sealed class CurlTests
{
    [Fact]
    public async Task Curl_downloads_resumes_and_asks_again()
    {
        await using Site site = new();
        string download = Path.Combine(site.Root, "..", "download");
        (await CurlAsync("-o", download, "-w", "%{http_code}", $"{site.Url}/large.bin")).ShouldBe("200");
        File.ReadAllBytes(download).AsSpan().SequenceEqual(site.Large).ShouldBeTrue();

        // Half of it is lost; curl asks for the rest.
        using (FileStream half = File.OpenWrite(download)) half.SetLength(1_234_567);
        (await CurlAsync("-C", "-", "-o", download, "-w", "%{http_code}", $"{site.Url}/large.bin")).ShouldBe("206");
        File.ReadAllBytes(download).AsSpan().SequenceEqual(site.Large).ShouldBeTrue();

        string tag = Path.Combine(site.Root, "..", "tag");
        (await CurlAsync("--etag-save", tag, "-o", download, "-w", "%{http_code}", $"{site.Url}/hello.txt")).ShouldBe("200");
        (await CurlAsync("--etag-compare", tag, "-o", download, "-w", "%{http_code}", $"{site.Url}/hello.txt")).ShouldBe("304");
        (await CurlAsync("-o", download, "-w", "%{http_code}", "--path-as-is", $"{site.Url}/../secret.txt")).ShouldBe("403");
        (await CurlAsync("-w", "%{num_connects}", $"{site.Url}/hello.txt", $"{site.Url}/folder/")).ShouldBe("hello, world1<h1>index</h1>0");
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "curl"))))
            Assert.Skip("curl is not installed");
        using Process curl = Process.Start(new ProcessStartInfo("curl", ["-q", "-s", "--noproxy", "*", "--max-time", "20", .. arguments]) { RedirectStandardOutput = true })!;
        string output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return output;
    }
}
