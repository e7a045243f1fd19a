namespace Sluice.Lab.Http;

/// <summary>The servers that are compared.</summary>
internal enum HttpServerKind
{
    /// <summary>nginx with <c>sendfile on; tcp_nopush on</c>.</summary>
    NginxSendfile,

    /// <summary>The same with <c>open_file_cache</c>: it too keeps files open, and looks at them again after a second.</summary>
    NginxCached,

    /// <summary>nginx with <c>sendfile off</c>.</summary>
    NginxCopy,

    /// <summary>The sample file server over Sluice.Transfer.</summary>
    Sluice,

    /// <summary>Kestrel's static files.</summary>
    Kestrel,
}
