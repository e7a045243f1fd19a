using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Tls;

/// <summary>What OpenSSL says about its last failure on this thread.</summary>
[SupportedOSPlatform("linux")]
internal static class OpenSslErrors
{
    /// <summary>Takes the reasons out of the queue.</summary>
    /// <returns>The first, which is the cause; <paramref name="otherwise"/> if there is none.</returns>
    public static string Take(string otherwise)
    {
        nuint code = OpenSsl.ERR_get_error();
        OpenSsl.ERR_clear_error();
        return code == 0 ? otherwise : Marshal.PtrToStringUTF8(OpenSsl.ERR_reason_error_string(code)) ?? $"OpenSSL error {code:x}";
    }
}
