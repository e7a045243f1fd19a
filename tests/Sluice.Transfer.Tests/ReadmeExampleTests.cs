using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

/// <summary>The example of the library's README, compiled and run.</summary>
public sealed class ReadmeExampleTests
{
    [Fact]
    public async Task The_example_sends_a_header_a_file_and_a_trailer_and_says_how()
    {
        using SocketPair sockets = await SocketPair.ConnectAsync();
        using TestFile file = new(3_000_000);
        Steps progress = new();
        using StringWriter output = new(CultureInfo.InvariantCulture);
        Task<byte[]> received = sockets.ReceiveAsync(3_000_010, TestContext.Current.CancellationToken);

        await SendAsync(file.File.Path, sockets.Sender, progress, output, TestContext.Current.CancellationToken).SoonAsync();

        byte[] bytes = await received;
        Encoding.ASCII.GetString(bytes.AsSpan(0, 5)).ShouldBe("HEAD\n");
        bytes.AsSpan(5, 3_000_000).SequenceEqual(file.Contents).ShouldBeTrue();
        Encoding.ASCII.GetString(bytes.AsSpan(3_000_005)).ShouldBe("TAIL\n");
        progress.Reported[^1].ShouldBe(3_000_010);
        string offered = TransferCapabilities.Detect().SendFile.IsOffered ? "3000000" : output.ToString().Split(' ')[2];
        output.ToString().ShouldBe($"3000010 bytes, {offered} of them by sendfile{Environment.NewLine}");
    }

    [Fact]
    public void The_example_is_the_one_in_the_README_line_for_line()
    {
        string[] test = File.ReadAllLines(ThisFile());
        int from = Array.FindIndex(test, line => line.Trim() == "// The README from here") + 1;
        int upTo = Array.FindIndex(test, line => line.Trim() == "// to here.");
        string[] readme = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../src/Sluice.Transfer/README.md"));
        int fence = Array.IndexOf(readme, "```csharp") + 1;

        readme[fence..Array.IndexOf(readme, "```", fence)].ShouldBe(test[from..upTo].Select(line => line.Trim()));
    }

    private static async Task SendAsync(string path, Socket socket, IProgress<long> progress, TextWriter output, CancellationToken cancellationToken)
    {
        // The README from here
        using TransferMetrics metrics = new();
        TransferFile file = TransferFile.Open(path);
        await using TransferChannel channel = TransferChannel.Create(socket, new TransferOptions(), metrics);
        using ResponseFrame frame = new() { Progress = progress };
        frame.Append("HEAD\n"u8.ToArray());
        frame.Append(file, positionBytes: 0, file.ReadLengthBytes());
        frame.Append("TAIL\n"u8.ToArray());
        file.Release();
        await channel.SendAsync(frame, cancellationToken);
        output.WriteLine($"{frame.SentBytes} bytes, {frame.Counters.SendFileBytes} of them by sendfile");
        // to here.
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
