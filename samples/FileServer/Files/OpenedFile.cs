using Microsoft.Win32.SafeHandles;

namespace Sluice.Samples.FileServer.Files;

/// <summary>What came of opening a path: an open file, or the status that says why not.</summary>
/// <param name="Status">200; 301 for a folder; 403, 404 or 503.</param>
/// <param name="Handle">Where the status is 200: the caller's to close.</param>
/// <param name="LengthBytes">Of the file.</param>
/// <param name="Modified">When it was last written to.</param>
/// <param name="Version">Differs between versions of the file; letters and digits.</param>
internal readonly record struct OpenedFile(int Status, SafeFileHandle? Handle, long LengthBytes, DateTimeOffset Modified, string Version)
{
    public static OpenedFile Failed(int status) => new(status, null, 0, default, "");
}
