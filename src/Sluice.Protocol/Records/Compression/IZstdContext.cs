namespace Sluice.Protocol.Records.Compression;

/// <summary>Unmanaged working memory of the zstd library, worth keeping between uses.</summary>
internal interface IZstdContext<TSelf> : IDisposable
    where TSelf : class, IZstdContext<TSelf>
{
    /// <summary>Bytes that the context holds at the moment.</summary>
    long SizeBytes { get; }

    /// <summary>Makes a context.</summary>
    /// <returns>One that nobody else uses.</returns>
    static abstract TSelf Create();
}
