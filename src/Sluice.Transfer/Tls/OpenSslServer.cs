using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Tls;

/// <summary>
/// A server's side of TLS by the system's OpenSSL 3, which hands the encryption of what is sent to the kernel, so that files still go to their
/// readers by sendfile(2). ktls(7), https://docs.kernel.org/networking/tls.html.
/// </summary>
/// <remarks>
/// Immutable and safe for any thread: make a new one for other certificates. Connections outlive it. Where the kernel does not take a connection (no
/// module <c>tls</c>, a cipher that it does not have) OpenSSL encrypts it in user space; <see cref="OpenSslConnection.IsKernelEncrypted"/> tells.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class OpenSslServer : IDisposable
{
    private readonly SafeSslContextHandle _context;

    /// <summary>Prepares keys and certificates.</summary>
    /// <param name="options">Read now and not again.</param>
    /// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux with OpenSSL 3; see <see cref="IsSupported"/>.</exception>
    /// <exception cref="CryptographicException">OpenSSL does not take the key, a certificate or a cipher suite; the message names it.</exception>
    public unsafe OpenSslServer(TlsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IsSupported) throw new PlatformNotSupportedException($"TLS by OpenSSL needs 64-bit Linux and {OpenSsl.Ssl}.");
        OpenSsl.ERR_clear_error();
        _context = OpenSsl.SSL_CTX_new(OpenSsl.TLS_server_method());
        if (_context.IsInvalid) throw Refused("a context");
        _ = OpenSsl.SSL_CTX_set_options(
            _context,
            OpenSsl.SSL_OP_NO_RENEGOTIATION | OpenSsl.SSL_OP_NO_COMPRESSION | OpenSsl.SSL_OP_IGNORE_UNEXPECTED_EOF | OpenSsl.SSL_OP_CIPHER_SERVER_PREFERENCE
            | (options.UsesKernel ? OpenSsl.SSL_OP_ENABLE_KTLS : 0));
        _ = OpenSsl.SSL_CTX_ctrl(
            _context, OpenSsl.SSL_CTRL_MODE,
            OpenSsl.SSL_MODE_ENABLE_PARTIAL_WRITE | OpenSsl.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | OpenSsl.SSL_MODE_RELEASE_BUFFERS, null);
        _ = OpenSsl.SSL_CTX_ctrl(_context, OpenSsl.SSL_CTRL_SET_READ_AHEAD, 1, null);
        _ = OpenSsl.SSL_CTX_ctrl(
            _context, OpenSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, options.Protocols.HasFlag(SslProtocols.Tls12) ? OpenSsl.TLS1_2_VERSION : OpenSsl.TLS1_3_VERSION, null);
        _ = OpenSsl.SSL_CTX_ctrl(
            _context, OpenSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, options.Protocols.HasFlag(SslProtocols.Tls13) ? OpenSsl.TLS1_3_VERSION : OpenSsl.TLS1_2_VERSION, null);
        OpenSsl.SSL_CTX_set_msg_callback(_context, &OnMessage);
        UseKey(options);
        UseCiphers(options.CipherSuites);
        UseTrust(options);
    }

    /// <summary>Whether this system has what it takes: 64-bit Linux with OpenSSL 3. Says nothing about the kernel.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported { get; } = LibC.IsSupported && NativeLibrary.TryLoad(OpenSsl.Ssl, out _) && NativeLibrary.TryLoad(OpenSsl.Crypto, out _);

    /// <summary>Shakes hands with a client.</summary>
    /// <param name="socket">Connected; stays the caller's, and must stay open until the connection is disposed.</param>
    /// <param name="cancellationToken">Gives up; the socket is then to be closed.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="AuthenticationException">One side refused the other, or the client does not speak TLS; the message says why.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<OpenSslConnection> AcceptAsync(Socket socket, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(socket);
        SafeSslHandle ssl = OpenSsl.SSL_new(_context);
        OpenSslConnection connection = new(ssl, socket);
        try
        {
            await connection.ShakeHandsAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Gives the context up; connections keep theirs.</summary>
    public void Dispose() => _context.Dispose();

    // Told of every protocol message: the kernel cannot be given new keys under way, so that a client's wish for them must be known.
    [UnmanagedCallersOnly]
    private static unsafe void OnMessage(int isWritten, int version, int contentType, byte* message, nuint length, nint ssl, void* argument)
    {
        if (isWritten != 0 || contentType != OpenSsl.SSL3_RT_HANDSHAKE || argument is null || length < 5 || message[0] != OpenSsl.SSL3_MT_KEY_UPDATE) return;
        if (message[4] == 1) Volatile.Write(ref Unsafe.AsRef<int>(argument), 1);
    }

    private unsafe void UseKey(TlsServerOptions options)
    {
        byte[] certificate = options.Certificate.RawData;
        byte[] keyBytes = ExportKey(options.Certificate);
        fixed (byte* certificateDer = certificate)
        fixed (byte* keyDer = keyBytes)
        {
            if (OpenSsl.SSL_CTX_use_certificate_ASN1(_context, certificate.Length, certificateDer) != 1) throw Refused("the certificate");
            byte* cursor = keyDer;
            nint key = OpenSsl.d2i_AutoPrivateKey(null, &cursor, keyBytes.Length);
            if (key == 0) throw Refused("the key");
            int isUsed = OpenSsl.SSL_CTX_use_PrivateKey(_context, key);
            OpenSsl.EVP_PKEY_free(key);
            CryptographicOperations.ZeroMemory(keyBytes);
            if (isUsed != 1 || OpenSsl.SSL_CTX_check_private_key(_context) != 1) throw Refused("the key");
        }
        foreach (X509Certificate2 between in options.Chain)
        {
            nint parsed = Parse(between);
            _ = OpenSsl.SSL_CTX_ctrl(_context, OpenSsl.SSL_CTRL_CHAIN_CERT, 1, (void*)parsed);
            OpenSsl.X509_free(parsed);
        }
    }

    private void UseCiphers(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        // The suites of TLS 1.3 are a list of their own in OpenSSL, under IANA's names.
        List<string> of13 = [.. names.Where(static name => !name.Contains("_WITH_", StringComparison.Ordinal))];
        List<string> of12 = [.. names.Except(of13).Select(static name => Marshal.PtrToStringUTF8(OpenSsl.OPENSSL_cipher_name(name)) ?? name)];
        if (OpenSsl.SSL_CTX_set_ciphersuites(_context, string.Join(':', of13)) != 1) throw Refused($"the cipher suites {string.Join(", ", of13)}");
        if (of12.Count > 0 && OpenSsl.SSL_CTX_set_cipher_list(_context, string.Join(':', of12)) != 1) throw Refused($"the cipher suites {string.Join(", ", of12)}");
    }

    private unsafe void UseTrust(TlsServerOptions options)
    {
        if (!options.AsksForClientCertificate)
        {
            OpenSsl.SSL_CTX_set_verify(_context, OpenSsl.SSL_VERIFY_NONE, 0);
            return;
        }
        OpenSsl.SSL_CTX_set_verify(
            _context, OpenSsl.SSL_VERIFY_PEER | (options.RequiresClientCertificate ? OpenSsl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), 0);
        // Without a context for its sessions OpenSSL refuses to resume one that had a certificate.
        ReadOnlySpan<byte> id = "sluice"u8;
        fixed (byte* bytes = id) _ = OpenSsl.SSL_CTX_set_session_id_context(_context, bytes, (uint)id.Length);
        if (options.Trusted is null)
        {
            if (OpenSsl.SSL_CTX_set_default_verify_paths(_context) != 1) throw Refused("the system's authorities");
            return;
        }
        nint store = OpenSsl.SSL_CTX_get_cert_store(_context);
        _ = OpenSsl.X509_STORE_set_flags(store, OpenSsl.X509_V_FLAG_PARTIAL_CHAIN);
        foreach (X509Certificate2 trusted in options.Trusted)
        {
            nint parsed = Parse(trusted);
            _ = OpenSsl.X509_STORE_add_cert(store, parsed);
            OpenSsl.X509_free(parsed);
        }
    }

    private static unsafe nint Parse(X509Certificate2 certificate)
    {
        byte[] raw = certificate.RawData;
        fixed (byte* der = raw)
        {
            byte* cursor = der;
            nint parsed = OpenSsl.d2i_X509(null, &cursor, raw.Length);
            return parsed != 0 ? parsed : throw Refused($"the certificate of {certificate.Subject}");
        }
    }

    private static byte[] ExportKey(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey()
            ?? throw new CryptographicException($"The certificate of {certificate.Subject} has no RSA or elliptic curve key with it.");
        return key.ExportPkcs8PrivateKey();
    }

    private static CryptographicException Refused(string what) => new($"OpenSSL does not accept {what}: {OpenSslErrors.Take("no reason given")}");
}
