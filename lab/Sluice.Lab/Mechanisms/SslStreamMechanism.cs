using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Mechanisms;

/// <summary>Encryption in user space: the bytes have to be lifted out of the page cache. FileStream, SslStream.</summary>
internal sealed class SslStreamMechanism : ISendMechanism
{
    /// <inheritdoc/>
    public string Name => "sslstream";

    /// <inheritdoc/>
    public string Description => "read into a buffer, encrypt and send by SslStream (TLS 1.3 where OpenSSL has it)";

    /// <inheritdoc/>
    public Theory Theory { get; } = new("2, and the encryption", "2", "1, and 1 for each record of 16 KiB or a few of them", ProgramSeesData: true);

    /// <inheritdoc/>
    public int DefaultChunkBytes => 64 << 10;

    /// <inheritdoc/>
    public bool HasFixedChunk => false;

    /// <inheritdoc/>
    public bool IsEncrypted => true;

    /// <inheritdoc/>
    public string? WhyNotOffered() => null;

    /// <inheritdoc/>
    public async Task PrepareAsync(SendConnection connection)
    {
        using X509Certificate2 certificate = TlsEnds.CreateCertificate();
        var stream = new SslStream(new NetworkStream(connection.Socket, ownsSocket: false));
        connection.State = stream;
        await stream.AuthenticateAsServerAsync(certificate);
    }

    /// <inheritdoc/>
    public async Task SendAsync(SendConnection connection)
    {
        connection.SystemCalls = null;
        var stream = (SslStream)(connection.State ?? throw new InvalidOperationException("The connection was not prepared."));
        byte[] buffer = new byte[connection.Plan.ChunkBytes];
        connection.ChunkTimes.Begin();
        foreach ((long positionBytes, long lengthBytes) in connection.Transfers())
        {
            if (!connection.Header.IsEmpty) await stream.WriteAsync(connection.Header);
            for (long doneBytes = 0; doneBytes < lengthBytes;)
            {
                int wanted = (int)Math.Min(buffer.Length, lengthBytes - doneBytes);
                int read = RandomAccess.Read(connection.File, buffer.AsSpan(0, wanted), positionBytes + doneBytes);
                if (read == 0) throw connection.ShortFile();
                await stream.WriteAsync(buffer.AsMemory(0, read));
                connection.ChunkTimes.Mark();
                doneBytes += read;
            }
        }

        await stream.ShutdownAsync();
    }
}
