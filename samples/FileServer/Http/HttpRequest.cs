namespace Sluice.Samples.FileServer.Http;

/// <summary>A request's head; its slices point into the buffer that it was parsed from.</summary>
internal struct HttpRequest
{
    public RequestMethod Method;

    /// <summary>Path and query as the client wrote them, beginning with a slash; <c>*</c> and authorities are left as they are.</summary>
    public ByteSlice Target;

    public ByteSlice Host;
    public ByteSlice Range;
    public ByteSlice IfRange;
    public ByteSlice IfMatch;
    public ByteSlice IfNoneMatch;
    public ByteSlice IfModifiedSince;
    public ByteSlice IfUnmodifiedSince;

    /// <summary>Length of the body that follows the head, in bytes.</summary>
    public long BodyBytes;

    /// <summary>Length of the head with its empty line, in bytes.</summary>
    public int HeadBytes;

    public bool IsHttp10;
    public bool KeepsAlive;

    /// <summary>Whether the client waits for a word before it sends the body.</summary>
    public bool ExpectsContinue;
}
