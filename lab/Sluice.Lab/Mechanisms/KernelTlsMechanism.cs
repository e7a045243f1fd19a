using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Lab.Interop;
using Sluice.Lab.Measuring;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Mechanisms;

/// <summary>Encryption inside the kernel, on the way from the page cache: OpenSSL shakes hands, then SSL_sendfile(3).</summary>
internal sealed class KernelTlsMechanism : ISendMechanism
{
    private const string ProtocolList = "/proc/sys/net/ipv4/tcp_available_ulp";

    /// <inheritdoc/>
    public string Name => "kernel-tls";

    /// <inheritdoc/>
    public string Description => "OpenSSL's SSL_sendfile on a connection that the kernel encrypts";

    /// <inheritdoc/>
    public Theory Theory { get; } = new("1: the encryption, in the kernel", "2", "1", ProgramSeesData: false);

    /// <inheritdoc/>
    public int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    public bool HasFixedChunk => false;

    /// <inheritdoc/>
    public bool IsEncrypted => true;

    /// <inheritdoc/>
    public string? WhyNotOffered()
    {
        if (!File.Exists(ProtocolList) || !File.ReadAllText(ProtocolList).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Contains("tls"))
        {
            return $"this kernel has no module tls, or it is not loaded ({ProtocolList} does not list it)";
        }

        if (!NativeLibrary.TryLoad(OpenSsl.Library, out nint library)) return $"there is no {OpenSsl.Library}";
        NativeLibrary.Free(library);
        return null;
    }

    /// <inheritdoc/>
    public Task PrepareAsync(SendConnection connection) => Task.Run(() => connection.State = new Session(connection));

    /// <inheritdoc/>
    public Task SendAsync(SendConnection connection) => Task.Factory.StartNew(
        () =>
        {
            var session = (Session)(connection.State ?? throw new InvalidOperationException("The connection was not prepared."));
            connection.ChunkTimes.Begin();
            foreach ((long positionBytes, long lengthBytes) in connection.Transfers()) session.Send(positionBytes, lengthBytes);
            session.End();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed unsafe class Session : IDisposable
    {
        private readonly SendConnection _connection;
        private readonly nint _context;
        private readonly nint _ssl;

        internal Session(SendConnection connection)
        {
            _connection = connection;
            _context = OpenSsl.SSL_CTX_new(OpenSsl.TLS_server_method());
            _ = OpenSsl.SSL_CTX_set_options(_context, OpenSsl.SSL_OP_ENABLE_KTLS);
            UseCertificate();
            _ssl = OpenSsl.SSL_new(_context);
            if (OpenSsl.SSL_set_fd(_ssl, connection.SocketFd) != 1 || OpenSsl.SSL_accept(_ssl) != 1) throw new SendFailedException("the TLS handshake failed");
            if (OpenSsl.BIO_ctrl(OpenSsl.SSL_get_wbio(_ssl), OpenSsl.BIO_CTRL_GET_KTLS_SEND, 0, null) != 1)
            {
                throw new SendFailedException("OpenSSL did not hand the connection to the kernel: it was built without kernel TLS, or the kernel lacks the cipher");
            }
        }

        public void Dispose()
        {
            OpenSsl.SSL_free(_ssl);
            OpenSsl.SSL_CTX_free(_context);
        }

        internal void Send(long positionBytes, long lengthBytes)
        {
            if (!_connection.Header.IsEmpty)
            {
                fixed (byte* header = _connection.Header.Span)
                {
                    if (OpenSsl.SSL_write(_ssl, header, _connection.Header.Length) <= 0) throw SendConnection.ReceiverGone();
                }

                _connection.SystemCalls++;
            }

            for (long doneBytes = 0; doneBytes < lengthBytes;)
            {
                nuint chunkBytes = (nuint)Math.Min(_connection.Plan.ChunkBytes, lengthBytes - doneBytes);
                nint sent = OpenSsl.SSL_sendfile(_ssl, _connection.FileFd, positionBytes + doneBytes, chunkBytes, 0);
                _connection.SystemCalls++;
                if (sent == 0) throw _connection.ShortFile();
                if (sent < 0)
                {
                    _connection.ThrowUnlessInterrupted("SSL_sendfile");
                    continue;
                }

                _connection.ChunkTimes.Mark();
                doneBytes += sent;
            }
        }

        internal void End()
        {
            // One way only: the receiver's end of the connection says nothing more that is encrypted.
            _ = OpenSsl.SSL_shutdown(_ssl);
        }

        private void UseCertificate()
        {
            using X509Certificate2 certificate = TlsEnds.CreateCertificate();
            using ECDsa key = certificate.GetECDsaPrivateKey() ?? throw new SendFailedException("the certificate has no key");
            byte[] keyBytes = key.ExportECPrivateKey();
            fixed (byte* certificateDer = certificate.RawData)
            fixed (byte* keyDer = keyBytes)
            {
                if (OpenSsl.SSL_CTX_use_certificate_ASN1(_context, certificate.RawData.Length, certificateDer) != 1
                    || OpenSsl.SSL_CTX_use_PrivateKey_ASN1(OpenSsl.EVP_PKEY_EC, _context, keyDer, keyBytes.Length) != 1)
                {
                    throw new SendFailedException("OpenSSL does not accept the certificate");
                }
            }
        }
    }
}
