using Sluice.Transfer.Tests.Support;

namespace Sluice.Transfer.Tests;

public sealed class TransferChannelTests
{
    [Theory]
    [InlineData(TransferPath.SendFile)]
    [InlineData(TransferPath.Copy)]
    public async Task Pieces_and_regions_of_any_size_arrive_in_order(TransferPath path)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using SocketPair sockets = await SocketPair.ConnectAsync();
        using TestFile file = new(9_000_000);
        using TransferMetrics metrics = new();
        await using TransferChannel channel = TransferChannel.Create(sockets.Sender, new TransferOptions { Path = path }, metrics);
        using ResponseFrame frame = new();
        MemoryStream expected = new();
        int[] lengths = [0, 1, 100, 4095, 4096, 4097, 8192, 8193, 65536, 70_000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000];
        foreach (int lengthBytes in lengths)
        {
            byte[] header = new byte[lengthBytes % 20_000];
            Random.Shared.NextBytes(header);
            frame.Append(header);
            expected.Write(header);
            frame.Append(file.Region(lengthBytes / 3, lengthBytes));
            expected.Write(file.Bytes(lengthBytes / 3, lengthBytes));
        }

        Task<byte[]> received = sockets.ReceiveAsync(frame.LengthBytes, cancellationToken);
        await channel.SendAsync(frame, cancellationToken);
        frame.Clear();

        (await received).AsSpan().SequenceEqual(expected.ToArray()).ShouldBeTrue();
        file.File.ReferencesCount.ShouldBe(1);
    }
}
