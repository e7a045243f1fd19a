using System.Text;
using Sluice.Samples.FileServer.Http;
using Sluice.Transfer;

namespace Sluice.Samples.FileServer.Files;

/// <summary>One version of a file, open, with the fields that every answer about it has.</summary>
internal sealed class ServedFile
{
    private readonly byte[] _entityTag;
    private readonly byte[] _fields;
    private readonly byte[] _wholeHead;

    /// <param name="file">Open; one reference becomes this object's.</param>
    /// <param name="path">Its path below the root, for its content type.</param>
    /// <param name="lengthBytes">Its length when it was opened: that much is promised to clients.</param>
    /// <param name="modified">When it was last written to.</param>
    /// <param name="version">Differs between versions of the file; letters and digits.</param>
    /// <param name="openedTimestamp">Of the server's clock.</param>
    public ServedFile(TransferFile file, ReadOnlySpan<byte> path, long lengthBytes, DateTimeOffset modified, string version, long openedTimestamp)
    {
        File = file;
        LengthBytes = lengthBytes;
        OpenedTimestamp = openedTimestamp;

        // HTTP's dates have no fractions: compared with one of them, the file's must have none either.
        LastModified = DateTimeOffset.FromUnixTimeSeconds(modified.ToUnixTimeSeconds());
        _entityTag = Encoding.ASCII.GetBytes($"\"{version}\"");
        _fields = Encoding.ASCII.GetBytes(
            $"Content-Type: {ContentTypes.Of(path)}\r\nLast-Modified: {HttpDate.Format(LastModified)}\r\nETag: \"{version}\"\r\nAccept-Ranges: bytes\r\n");
        _wholeHead = [.. StatusLine.Of(200), .. Encoding.ASCII.GetBytes($"Content-Length: {lengthBytes}\r\n"), .. _fields];
    }

    /// <summary>The open file; whoever sends from it takes a reference.</summary>
    public TransferFile File { get; }

    public long LengthBytes { get; }

    /// <summary>In whole seconds.</summary>
    public DateTimeOffset LastModified { get; }

    public long OpenedTimestamp { get; }

    /// <summary>A strong tag, with its quotes.</summary>
    public ReadOnlySpan<byte> EntityTag => _entityTag;

    /// <summary>Type, date, tag: in every answer about this file.</summary>
    public ReadOnlySpan<byte> Fields => _fields;

    /// <summary>Status line, length and <see cref="Fields"/> of the answer with the whole file.</summary>
    public ReadOnlySpan<byte> WholeHead => _wholeHead;
}
