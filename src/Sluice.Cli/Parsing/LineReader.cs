namespace Sluice.Cli.Parsing;

/// <summary>Splits a stream of bytes into lines without keeping more than one of them.</summary>
/// <remarks>Lines end with LF or CRLF, the last also without. For one reader at a time.</remarks>
internal sealed class LineReader(Stream stream, int lineBytesMax)
{
    private const int InitialBytes = 64 * 1024;

    private byte[] _buffer = new byte[InitialBytes];
    private int _start;
    private int _searched;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Lines read so far.</summary>
    internal long LinesCount { get; private set; }

    /// <summary>Bytes taken from the stream so far.</summary>
    internal long ReadBytes { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <param name="cancellationToken">Gives up at once, even where the stream itself cannot.</param>
    /// <returns>The line without its end, valid until the next call; null = there are no more.</returns>
    /// <exception cref="CommandException">The line is longer than allowed.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int found = _buffer.AsSpan(_searched.._end).IndexOf((byte)'\n');
            if (found >= 0) return Take(_searched + found, endBytes: 1);
            _searched = _end;

            // Two bytes of grace: they may turn out to be the line's end.
            ThrowIfTooLong(_end - _start - 2);
            if (_isAtEnd) return _end == _start ? default(ReadOnlyMemory<byte>?) : Take(_end, endBytes: 0);
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private ReadOnlyMemory<byte> Take(int lineEnd, int endBytes)
    {
        int lineStart = _start;
        _start = _searched = lineEnd + endBytes;
        if (endBytes > 0 && lineEnd > lineStart && _buffer[lineEnd - 1] == (byte)'\r') lineEnd--;
        ThrowIfTooLong(lineEnd - lineStart);
        LinesCount++;
        return _buffer.AsMemory(lineStart..lineEnd);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _searched -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Array.MaxLength));

        // Reading a terminal cannot be cancelled, but waiting for it can.
        int readBytes = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        _end += readBytes;
        ReadBytes += readBytes;
        _isAtEnd = readBytes == 0;
    }

    private void ThrowIfTooLong(int lengthBytes)
    {
        if (lengthBytes <= lineBytesMax) return;
        throw new CommandException($"line {LinesCount + 1} is longer than {lineBytesMax} bytes. Raise the limit with --max-line-bytes");
    }
}
