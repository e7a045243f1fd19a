using Sluice.Samples.FileServer.Files;
using Sluice.Samples.FileServer.Http;
using Sluice.Transfer;

namespace Sluice.Samples.FileServer.Server;

/// <summary>Lays an answer out in a connection's frame: the head in memory, the file as a region of it.</summary>
internal sealed class ResponseWriter(HttpFileServer server, ResponseFrame frame)
{
    private readonly HeadWriter _head = new();
    private byte[] _path = new byte[256];

    /// <summary>Lays the answer out if that needs no disk.</summary>
    /// <param name="request">A GET or HEAD.</param>
    /// <param name="buffer">What the request's slices point into.</param>
    /// <param name="isFolder">Whether the target asks for a folder.</param>
    /// <returns>Null if the frame holds the answer; else the path of the file that is to be opened for it.</returns>
    public byte[]? TryWrite(in HttpRequest request, ReadOnlySpan<byte> buffer, out bool isFolder)
    {
        ReadOnlySpan<byte> target = request.Target.Of(buffer);
        if (_path.Length < target.Length)
        {
            _path = new byte[target.Length];
        }

        int status = TargetPath.Decode(target, _path, out int pathBytes, out isFolder);
        if (status != 200)
        {
            WriteRefusal(status, request);
            return null;
        }

        ReadOnlySpan<byte> path = _path.AsSpan(0, pathBytes);
        if (isFolder || !server.Files.TryGetOpen(path, out ServedFile? file))
        {
            return path.ToArray();
        }

        WriteFile(file, request, buffer);
        return null;
    }

    /// <summary>Lays out the answer about a path that was opened.</summary>
    /// <param name="status">What came of it.</param>
    /// <param name="file">With a reference, which is released here; where the status is 200.</param>
    /// <param name="path">The path.</param>
    /// <param name="request">A GET or HEAD.</param>
    /// <param name="buffer">What the request's slices point into.</param>
    public void Write(int status, ServedFile? file, ReadOnlySpan<byte> path, in HttpRequest request, ReadOnlySpan<byte> buffer)
    {
        if (status == 200)
        {
            WriteFile(file!, request, buffer);
        }
        else if (status == 301)
        {
            Begin(301);
            _head.Add("Location: "u8);
            TargetPath.EncodeFolder(path, _head);
            _head.Add("\r\nContent-Length: 0\r\n"u8);
            EndHead(request);
        }
        else
        {
            WriteRefusal(status, request);
        }
    }

    /// <summary>Lays out an answer that says no, with a line for people.</summary>
    public void WriteRefusal(int status, in HttpRequest request)
    {
        Begin(status);
        ReadOnlySpan<byte> text = StatusLine.TextOf(status);
        _head.Add(status == 405 ? "Allow: GET, HEAD\r\n"u8 : default);
        _head.Add("Content-Type: text/plain\r\nContent-Length: "u8);
        _head.Add(text.Length + 1);
        _head.Add("\r\n"u8);
        WriteTail(request);
        if (request.Method != RequestMethod.Head)
        {
            _head.Add(text);
            _head.Add("\n"u8);
        }

        frame.Append(_head.Written);
    }

    private void WriteFile(ServedFile file, in HttpRequest request, ReadOnlySpan<byte> buffer)
    {
        try
        {
            int status = Preconditions.Evaluate(request, buffer, file, out ByteRange range);
            switch (status)
            {
                case 200:
                    _head.Clear();
                    _head.Add(file.WholeHead);
                    break;
                case 206:
                    Begin(206);
                    _head.Add("Content-Range: bytes "u8);
                    _head.Add(range.PositionBytes);
                    _head.Add("-"u8);
                    _head.Add(range.PositionBytes + range.LengthBytes - 1);
                    _head.Add("/"u8);
                    _head.Add(file.LengthBytes);
                    _head.Add("\r\nContent-Length: "u8);
                    _head.Add(range.LengthBytes);
                    _head.Add("\r\n"u8);
                    _head.Add(file.Fields);
                    break;
                case 416:
                    Begin(416);
                    _head.Add("Content-Length: 0\r\nContent-Range: bytes */"u8);
                    _head.Add(file.LengthBytes);
                    _head.Add("\r\n"u8);
                    break;
                case 304:
                    Begin(304);
                    _head.Add(file.Fields);
                    break;
                default:
                    WriteRefusal(status, request);
                    return;
            }

            EndHead(request);
            if (status is 200 or 206 && request.Method == RequestMethod.Get)
            {
                frame.Append(file.File, range.PositionBytes, range.LengthBytes);
            }
        }
        finally
        {
            // The frame has a reference of its own by now.
            file.File.Release();
        }
    }

    private void Begin(int status)
    {
        _head.Clear();
        _head.Add(StatusLine.Of(status));
    }

    private void EndHead(in HttpRequest request)
    {
        WriteTail(request);
        frame.Append(_head.Written);
    }

    private void WriteTail(in HttpRequest request)
    {
        _head.Add(server.DateField);
        if (!request.KeepsAlive)
        {
            _head.Add("Connection: close\r\n"u8);
        }
        else if (request.IsHttp10)
        {
            _head.Add("Connection: keep-alive\r\n"u8);
        }

        _head.Add("\r\n"u8);
    }
}
