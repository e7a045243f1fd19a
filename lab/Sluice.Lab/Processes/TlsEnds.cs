using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Lab.Processes;

/// <summary>Both ends of an encrypted connection; the certificate is made for the run, and nobody checks it.</summary>
internal static class TlsEnds
{
    private const int BufferBytes = 256 << 10;

    /// <summary>A certificate that signs itself, with its key.</summary>
    internal static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sluice-lab", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>Receives and decrypts until the sender is done, and answers how many bytes it was.</summary>
    /// <param name="socket">Stays the caller's.</param>
    /// <param name="hash">Gets the bytes; null = nothing does.</param>
    [SuppressMessage("Security", "CA5359", Justification = "The other end is a process of the same run; the certificate is there because TLS wants one.")]
    internal static long Receive(Socket socket, IncrementalHash? hash)
    {
        using var network = new NetworkStream(socket, ownsSocket: false);
        using var tls = new SslStream(network, leaveInnerStreamOpen: true, (_, _, _, _) => true);
        tls.AuthenticateAsClient("sluice-lab");
        byte[] buffer = new byte[BufferBytes];
        long total = 0;
        int received;
        while ((received = tls.Read(buffer)) > 0)
        {
            hash?.AppendData(buffer.AsSpan(0, received));
            total += received;
        }

        // Plain: the encrypted part of the connection has ended.
        Span<byte> answer = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(answer, total);
        socket.Send(answer);
        return total;
    }
}
