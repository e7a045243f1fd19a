using System.Runtime.InteropServices;

namespace Sluice.Lab.Interop;

/// <summary>The system's OpenSSL 3, as far as kernel TLS needs it. ssl(7), SSL_sendfile(3).</summary>
internal static unsafe partial class OpenSsl
{
    internal const string Library = "libssl.so.3";
    internal const ulong SSL_OP_ENABLE_KTLS = 1 << 3;
    internal const int BIO_CTRL_GET_KTLS_SEND = 73;
    internal const int EVP_PKEY_EC = 408;

    [LibraryImport(Library)]
    internal static partial nint TLS_server_method();

    [LibraryImport(Library)]
    internal static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Library)]
    internal static partial void SSL_CTX_free(nint context);

    [LibraryImport(Library)]
    internal static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_use_certificate_ASN1(nint context, int length, byte* der);

    [LibraryImport(Library)]
    internal static partial int SSL_CTX_use_PrivateKey_ASN1(int type, nint context, byte* der, nint length);

    [LibraryImport(Library)]
    internal static partial nint SSL_new(nint context);

    [LibraryImport(Library)]
    internal static partial void SSL_free(nint ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_set_fd(nint ssl, int fd);

    [LibraryImport(Library)]
    internal static partial int SSL_accept(nint ssl);

    [LibraryImport(Library)]
    internal static partial int SSL_write(nint ssl, byte* bytes, int length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint SSL_sendfile(nint ssl, int fileFd, long offset, nuint length, int flags);

    [LibraryImport(Library)]
    internal static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Library)]
    internal static partial nint SSL_get_wbio(nint ssl);

    [LibraryImport("libcrypto.so.3")]
    internal static partial nint BIO_ctrl(nint bio, int command, nint argument, void* pointer);
}
