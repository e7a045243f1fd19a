using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Transfer.Interop;

/// <summary>The system's OpenSSL 3, with its own names: what a server needs to shake hands and leave the records to the kernel. ssl(7).</summary>
/// <remarks>Errors are queued by thread: <see cref="ERR_clear_error"/> before a call, <see cref="ERR_get_error"/> behind it, on the same thread.</remarks>
internal static unsafe partial class OpenSsl
{
    public const string Ssl = "libssl.so.3";
    public const string Crypto = "libcrypto.so.3";

    public const int SSL_ERROR_SSL = 1;
    public const int SSL_ERROR_WANT_READ = 2;
    public const int SSL_ERROR_WANT_WRITE = 3;
    public const int SSL_ERROR_SYSCALL = 5;
    public const int SSL_ERROR_ZERO_RETURN = 6;

    public const ulong SSL_OP_ENABLE_KTLS = 1 << 3;
    public const ulong SSL_OP_IGNORE_UNEXPECTED_EOF = 1 << 7;
    public const ulong SSL_OP_NO_COMPRESSION = 1 << 17;
    public const ulong SSL_OP_CIPHER_SERVER_PREFERENCE = 1 << 22;
    public const ulong SSL_OP_NO_RENEGOTIATION = 1 << 30;

    public const int SSL_VERIFY_NONE = 0;
    public const int SSL_VERIFY_PEER = 1;
    public const int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;

    public const int SSL_CTRL_SET_MSG_CALLBACK_ARG = 16;
    public const int SSL_CTRL_MODE = 33;
    public const int SSL_CTRL_SET_READ_AHEAD = 41;
    public const int SSL_CTRL_CHAIN_CERT = 89;
    public const int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
    public const int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;

    public const int SSL_MODE_ENABLE_PARTIAL_WRITE = 1;
    public const int SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 2;
    public const int SSL_MODE_RELEASE_BUFFERS = 16;

    public const int TLS1_2_VERSION = 0x0303;
    public const int TLS1_3_VERSION = 0x0304;

    public const int SSL3_RT_HANDSHAKE = 22;
    public const byte SSL3_MT_KEY_UPDATE = 24;

    public const uint X509_V_FLAG_PARTIAL_CHAIN = 0x80000;
    public const int BIO_CTRL_GET_KTLS_SEND = 73;

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint TLS_server_method();

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial SafeSslContextHandle SSL_CTX_new(nint method);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_free(nint context);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial ulong SSL_CTX_set_options(SafeSslContextHandle context, ulong options);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_ctrl(SafeSslContextHandle context, int command, nint number, void* pointer);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_certificate_ASN1(SafeSslContextHandle context, int length, byte* der);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_use_PrivateKey(SafeSslContextHandle context, nint key);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_check_private_key(SafeSslContextHandle context);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(SafeSslContextHandle context, string names);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_ciphersuites(SafeSslContextHandle context, string names);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_verify(SafeSslContextHandle context, int mode, nint callback);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_set_session_id_context(SafeSslContextHandle context, byte* id, uint length);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_CTX_set_default_verify_paths(SafeSslContextHandle context);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_CTX_get_cert_store(SafeSslContextHandle context);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial void SSL_CTX_set_msg_callback(
        SafeSslContextHandle context, delegate* unmanaged<int, int, int, byte*, nuint, nint, void*, void> callback);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial SafeSslHandle SSL_new(SafeSslContextHandle context);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial void SSL_free(nint ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_set_fd(SafeSslHandle ssl, int fd);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_ctrl(SafeSslHandle ssl, int command, nint number, void* pointer);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_accept(SafeSslHandle ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_read(SafeSslHandle ssl, byte* bytes, int length);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_write(SafeSslHandle ssl, byte* bytes, int length);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_shutdown(SafeSslHandle ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial int SSL_get_error(SafeSslHandle ssl, int result);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_get_wbio(SafeSslHandle ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_get_version(SafeSslHandle ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_get_current_cipher(SafeSslHandle ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_CIPHER_standard_name(nint cipher);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial nint SSL_get1_peer_certificate(SafeSslHandle ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl)]
    public static partial long SSL_get_verify_result(SafeSslHandle ssl);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OPENSSL_cipher_name(string standardName);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial nint d2i_AutoPrivateKey(nint* key, byte** der, nint length);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial void EVP_PKEY_free(nint key);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial nint d2i_X509(nint* certificate, byte** der, nint length);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial int i2d_X509(nint certificate, byte** der);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial void X509_free(nint certificate);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial int X509_STORE_add_cert(nint store, nint certificate);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial int X509_STORE_set_flags(nint store, nuint flags);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial nint X509_verify_cert_error_string(nint code);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial nint BIO_ctrl(nint bio, int command, nint number, void* pointer);

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial void ERR_clear_error();

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial nuint ERR_get_error();

    [SupportedOSPlatform("linux")]
    [LibraryImport(Crypto)]
    public static partial nint ERR_reason_error_string(nuint code);
}

/// <summary>An SSL_CTX: freed when its last connection is.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SafeSslContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_CTX_free(handle);
        return true;
    }
}

/// <summary>An SSL: one connection.</summary>
[SupportedOSPlatform("linux")]
internal sealed class SafeSslHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_free(handle);
        return true;
    }
}
