using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Cli.Output;

/// <summary>Standard output as bytes, buffered. Tells the reader's end of a pipe being closed from every other trouble.</summary>
/// <remarks>For one thread at a time. What is not flushed is not written.</remarks>
internal sealed class StandardOutput(Stream stream)
{
    private const int BufferBytes = 64 * 1024;
    private const int BrokenPipeErrno = 32;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _filledBytes;

    /// <summary>The process's own standard output.</summary>
    internal static StandardOutput OfProcess()
    {
        if (OperatingSystem.IsWindows()) return new StandardOutput(Console.OpenStandardOutput());

        // The console's stream hides that a pipe's reader is gone, and a command like consume would go on for nobody. A file stream tells,
        // but keeps a position of its own, which is wrong for files that several processes append to; those have no readers to lose.
        var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return new StandardOutput(file.CanSeek ? Console.OpenStandardOutput() : file);
    }

    /// <summary>Writes bytes.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filledBytes == BufferBytes) Flush();
            int takenBytes = Math.Min(bytes.Length, BufferBytes - _filledBytes);
            bytes[..takenBytes].CopyTo(_buffer.AsSpan(_filledBytes));
            _filledBytes += takenBytes;
            bytes = bytes[takenBytes..];
        }
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    internal void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes text as UTF-8, and a line end.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    internal void WriteLine(string text = "")
    {
        Write(text);
        Write("\n"u8);
    }

    /// <summary>Passes on what was written.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    internal void Flush()
    {
        int lengthBytes = _filledBytes;
        _filledBytes = 0;
        try
        {
            if (lengthBytes > 0) stream.Write(_buffer, 0, lengthBytes);
            stream.Flush();
        }
        catch (IOException exception) when (exception.HResult == BrokenPipeErrno)
        {
            throw new OutputClosedException(exception);
        }
    }
}
