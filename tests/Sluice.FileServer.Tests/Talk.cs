using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Sluice.FileServer.Tests;

/// <summary>The client's end of a connection: says bytes, hears answers, and bounds every wait.</summary>
internal sealed class Talk(Socket socket) : IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(30);

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public async Task SayAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task<Answer> HearAsync(bool isHead = false)
    {
        string head = await HearHeadAsync();
        string[] lines = head.Split("\r\n");
        lines[0].ShouldStartWith("HTTP/1.1 ");
        int status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines[1..]) fields.Add(line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
        byte[] body = new byte[isHead || status == 304 ? 0 : int.Parse(fields["Content-Length"], CultureInfo.InvariantCulture)];
        await _stream.ReadExactlyAsync(body).AsTask().WaitAsync(s_soon);
        return new Answer(status, fields, body);
    }

    /// <summary>Whether the server closes, and says nothing more before it does.</summary>
    public async Task<bool> IsClosedAsync() => await _stream.ReadAsync(new byte[1]).AsTask().WaitAsync(s_soon) == 0;

    public void Dispose() => _stream.Dispose();

    private async Task<string> HearHeadAsync()
    {
        // A byte at a time: what follows the head is left where it is.
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!(head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n"))
        {
            int count = await _stream.ReadAsync(one).AsTask().WaitAsync(s_soon);
            count.ShouldBe(1, $"the connection closed after '{head}'");
            head.Append((char)one[0]);
        }

        return head.ToString(0, head.Length - 4);
    }
}
