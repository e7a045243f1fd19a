using System.Text;

namespace Sluice.Samples.FileServer.Files;

/// <summary>Content types by the ending of a name.</summary>
internal static class ContentTypes
{
    /// <summary>What a browser saves instead of guessing what it might be.</summary>
    private const string Unknown = "application/octet-stream";

    private static readonly Dictionary<string, string> s_byEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        ["html"] = "text/html; charset=utf-8", ["htm"] = "text/html; charset=utf-8", ["css"] = "text/css; charset=utf-8",
        ["js"] = "text/javascript; charset=utf-8", ["mjs"] = "text/javascript; charset=utf-8", ["txt"] = "text/plain; charset=utf-8",
        ["md"] = "text/markdown; charset=utf-8", ["csv"] = "text/csv; charset=utf-8", ["xml"] = "application/xml", ["json"] = "application/json",
        ["map"] = "application/json", ["wasm"] = "application/wasm", ["pdf"] = "application/pdf", ["zip"] = "application/zip",
        ["gz"] = "application/gzip", ["tar"] = "application/x-tar", ["zst"] = "application/zstd", ["svg"] = "image/svg+xml", ["png"] = "image/png",
        ["jpg"] = "image/jpeg", ["jpeg"] = "image/jpeg", ["gif"] = "image/gif", ["webp"] = "image/webp", ["avif"] = "image/avif",
        ["ico"] = "image/x-icon", ["woff"] = "font/woff", ["woff2"] = "font/woff2", ["ttf"] = "font/ttf", ["otf"] = "font/otf",
        ["mp3"] = "audio/mpeg", ["ogg"] = "audio/ogg", ["wav"] = "audio/wav", ["mp4"] = "video/mp4", ["webm"] = "video/webm",
    };

    /// <param name="path">A path as the file system has it.</param>
    public static string Of(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        int dot = name.LastIndexOf((byte)'.');
        return dot > 0 && s_byEnding.TryGetValue(Encoding.Latin1.GetString(name[(dot + 1)..]), out string? type) ? type : Unknown;
    }
}
