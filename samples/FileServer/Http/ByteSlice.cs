namespace Sluice.Samples.FileServer.Http;

/// <summary>Where a part of a request lies in the buffer that it was parsed from; the default is "not there".</summary>
/// <param name="Start">Index of its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct ByteSlice(int Start, int Length)
{
    /// <summary>Whether the part is there; a part that is there can be empty.</summary>
    public bool IsPresent => Start > 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => buffer.Slice(Start, Length);
}
