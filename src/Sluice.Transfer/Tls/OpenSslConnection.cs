using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sluice.Transfer.Channels;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Readiness;

namespace Sluice.Transfer.Tls;

/// <summary>One client of an <see cref="OpenSslServer"/>.</summary>
/// <remarks>
/// <para>
/// What is received is decrypted by OpenSSL. What is sent is encrypted by the kernel where it took the connection: then the channel sends on the socket
/// as on any other, by send(2) and sendfile(2), and every byte leaves as a TLS record. SSL_sendfile(3) would make the same calls.
/// </para>
/// <para>
/// One receive at a time, and none while a send is under way on the same connection unless the kernel encrypts. A client that asks the server for new
/// keys (TLS 1.3, KeyUpdate) of a connection that the kernel encrypts is disconnected: kernels before 6.14 cannot change them.
/// </para>
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class OpenSslConnection : IDisposable
{
    private readonly SafeSslHandle _ssl;
    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private SocketWriteWait? _writeWait;
    private unsafe int* _wantsNewKeys;
    private bool _isBroken;
    private bool _isDisposed;

    internal unsafe OpenSslConnection(SafeSslHandle ssl, Socket socket)
    {
        _ssl = ssl;
        _socket = socket;
        _wantsNewKeys = (int*)NativeMemory.AllocZeroed(sizeof(int));
        _ = OpenSsl.SSL_ctrl(ssl, OpenSsl.SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, _wantsNewKeys);
    }

    private enum Outcome
    {
        Done,
        WantsRead,
        WantsWrite,
        Ended,
    }

    /// <summary>Whether the kernel encrypts what is sent.</summary>
    public bool IsKernelEncrypted { get; private set; }

    /// <summary>For example <c>TLSv1.3</c>.</summary>
    public string Version { get; private set; } = "";

    /// <summary>IANA's name of the cipher suite.</summary>
    public string CipherSuite { get; private set; } = "";

    /// <summary>What the client showed of itself, and what was found to be good; null = nothing. Disposed with the connection.</summary>
    public X509Certificate2? PeerCertificate { get; private set; }

    /// <summary>Receives and decrypts what is there, and waits only while there is nothing.</summary>
    /// <param name="space">At least one byte; filled from its beginning.</param>
    /// <param name="cancellationToken">Leaves the connection unusable.</param>
    /// <returns>Bytes received; 0 = the client will send nothing more.</returns>
    /// <exception cref="IOException">The connection broke, or what came in is no TLS.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<byte> space, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (Read(space.Span, out int receivedBytes))
            {
                case Outcome.Done:
                    return receivedBytes;
                case Outcome.Ended:
                    return 0;
                case var outcome:
                    await WaitAsync(outcome, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Makes the channel that sends on this connection.</summary>
    /// <param name="options">Read now and not again.</param>
    /// <param name="metrics">Counts what the channel sends, as <c>ktls</c> where the kernel encrypts.</param>
    /// <param name="coldReads">Reads what is not in memory; stays the caller's, to be disposed after its channels.</param>
    /// <param name="time">Measures <see cref="TransferOptions.StallTimeout"/>.</param>
    public TransferChannel CreateChannel(TransferOptions options, TransferMetrics metrics, ColdReadPool coldReads, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IsKernelEncrypted) return TransferChannel.Create(new OpenSslStream(this), options, metrics, coldReads, time);
        TransferPath path = options.Path == TransferPath.Copy ? TransferPath.Copy : TransferPath.KernelTls;
        return new PlaintextChannel<Kernel>(_socket, path, options, metrics, coldReads, time, default);
    }

    /// <summary>Says goodbye, if the socket has room for that, and lets go of it. Dispose its channel before.</summary>
    public unsafe void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            if (!_isBroken)
            {
                OpenSsl.ERR_clear_error();
                _ = OpenSsl.SSL_shutdown(_ssl);
            }
            _ssl.Dispose();
            _writeWait?.Dispose();
            PeerCertificate?.Dispose();
            NativeMemory.Free(_wantsNewKeys);
            _wantsNewKeys = null;
        }
    }

    internal async ValueTask ShakeHandsAsync(CancellationToken cancellationToken)
    {
        // OpenSSL must not wait in a call: .NET keeps a descriptor non-blocking once it was, and goes on blocking where its user expects that.
        bool isBlocking = _socket.Blocking;
        _socket.Blocking = false;
        _socket.Blocking = isBlocking;
        OpenSsl.ERR_clear_error();
        if (OpenSsl.SSL_set_fd(_ssl, (int)_socket.SafeHandle.DangerousGetHandle()) != 1) throw new IOException(OpenSslErrors.Take("SSL_set_fd failed"));
        while (Accept() is var outcome && outcome != Outcome.Done)
        {
            if (outcome == Outcome.Ended) throw new IOException("The client went away in the middle of the handshake.");
            await WaitAsync(outcome, cancellationToken).ConfigureAwait(false);
        }
        Version = Marshal.PtrToStringUTF8(OpenSsl.SSL_get_version(_ssl)) ?? "";
        CipherSuite = Marshal.PtrToStringUTF8(OpenSsl.SSL_CIPHER_standard_name(OpenSsl.SSL_get_current_cipher(_ssl))) ?? "";
        IsKernelEncrypted = AskForKernel();
        PeerCertificate = FindPeerCertificate();
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            Outcome outcome = Write(bytes.Span, out int sentBytes);
            if (outcome == Outcome.Done) bytes = bytes[sentBytes..];
            else if (outcome == Outcome.Ended) throw new IOException("The client closed the connection.", new SocketException((int)SocketError.ConnectionReset));
            else await WaitAsync(outcome, cancellationToken).ConfigureAwait(false);
        }
    }

    private unsafe Outcome Accept()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            OpenSsl.ERR_clear_error();
            int result = OpenSsl.SSL_accept(_ssl);
            if (result == 1) return Outcome.Done;
            switch (OpenSsl.SSL_get_error(_ssl, result))
            {
                case OpenSsl.SSL_ERROR_WANT_READ:
                    return Outcome.WantsRead;
                case OpenSsl.SSL_ERROR_WANT_WRITE:
                    return Outcome.WantsWrite;
                case OpenSsl.SSL_ERROR_SSL:
                    _isBroken = true;
                    long verified = OpenSsl.SSL_get_verify_result(_ssl);
                    string reason = OpenSslErrors.Take("no reason given");
                    if (verified != 0) reason += $": {Marshal.PtrToStringUTF8(OpenSsl.X509_verify_cert_error_string((nint)verified))}";
                    throw new AuthenticationException(reason);
                default:
                    _isBroken = true;
                    return Outcome.Ended;
            }
        }
    }

    private unsafe Outcome Read(Span<byte> space, out int receivedBytes)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            OpenSsl.ERR_clear_error();
            fixed (byte* bytes = space) receivedBytes = OpenSsl.SSL_read(_ssl, bytes, space.Length);
            if (IsKernelEncrypted && Volatile.Read(ref *_wantsNewKeys) != 0)
            {
                // What the kernel encrypts from here on the client could not read.
                _isBroken = true;
                throw new IOException("The client asked for new keys, which cannot be changed while the kernel encrypts.");
            }
            return receivedBytes > 0 ? Outcome.Done : Judge(receivedBytes);
        }
    }

    private unsafe Outcome Write(ReadOnlySpan<byte> bytes, out int sentBytes)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            OpenSsl.ERR_clear_error();
            fixed (byte* from = bytes) sentBytes = OpenSsl.SSL_write(_ssl, from, bytes.Length);
            return sentBytes > 0 ? Outcome.Done : Judge(sentBytes);
        }
    }

    private Outcome Judge(int result)
    {
        int error = OpenSsl.SSL_get_error(_ssl, result);
        switch (error)
        {
            case OpenSsl.SSL_ERROR_WANT_READ:
                return Outcome.WantsRead;
            case OpenSsl.SSL_ERROR_WANT_WRITE:
                return Outcome.WantsWrite;
            case OpenSsl.SSL_ERROR_ZERO_RETURN:
                return Outcome.Ended;
            case OpenSsl.SSL_ERROR_SSL:
                _isBroken = true;
                throw new IOException(OpenSslErrors.Take("no reason given"));
            default:
                // The socket failed, which its next user would hear as well; after that OpenSSL must not be asked for a goodbye.
                _isBroken = true;
                return Outcome.Ended;
        }
    }

    private async ValueTask WaitAsync(Outcome outcome, CancellationToken cancellationToken)
    {
        if (outcome == Outcome.WantsRead)
        {
            // A receive without room ends when there is something to receive, or the connection has ended.
            await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            return;
        }
        await (_writeWait ??= new SocketWriteWait(_socket.SafeHandle)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private unsafe bool AskForKernel() => OpenSsl.BIO_ctrl(OpenSsl.SSL_get_wbio(_ssl), OpenSsl.BIO_CTRL_GET_KTLS_SEND, 0, null) == 1;

    private unsafe X509Certificate2? FindPeerCertificate()
    {
        nint certificate = OpenSsl.SSL_get1_peer_certificate(_ssl);
        if (certificate == 0) return null;
        try
        {
            byte[] der = new byte[OpenSsl.i2d_X509(certificate, null)];
            fixed (byte* to = der)
            {
                byte* cursor = to;
                _ = OpenSsl.i2d_X509(certificate, &cursor);
            }
            return X509CertificateLoader.LoadCertificate(der);
        }
        finally
        {
            OpenSsl.X509_free(certificate);
        }
    }
}
