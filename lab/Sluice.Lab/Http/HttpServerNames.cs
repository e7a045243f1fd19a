namespace Sluice.Lab.Http;

/// <summary>The servers' names as they are typed and printed.</summary>
internal static class HttpServerNames
{
    private static readonly Dictionary<HttpServerKind, string> Names = new()
    {
        [HttpServerKind.NginxSendfile] = "nginx-sendfile",
        [HttpServerKind.NginxCached] = "nginx-cached",
        [HttpServerKind.NginxCopy] = "nginx-copy",
        [HttpServerKind.Sluice] = "sluice",
        [HttpServerKind.Kestrel] = "kestrel",
    };

    internal static IReadOnlyCollection<string> All => Names.Values;

    internal static string Of(HttpServerKind kind) => Names[kind];

    internal static HttpServerKind? Find(string name) => Names.FirstOrDefault(pair => pair.Value == name) is { Value: not null } found ? found.Key : null;
}
