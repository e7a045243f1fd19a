using Microsoft.Win32.SafeHandles;
using Sluice.Metadata.Local;

namespace Sluice.Metadata.Tests;

/// <summary>File calls of a metadata store that fail when a test says so.</summary>
internal sealed class FaultyFiles : IMetadataFiles
{
    /// <summary>A full disk, with its errno as the base library puts it into an exception.</summary>
    public static readonly IOException DiskFull = new("No space left on device", 28);

    public static readonly IOException Broken = new("Input/output error", 5);

    /// <summary>Thrown by the calls that <see cref="Fails"/> selects; null for none.</summary>
    public IOException? Failure { get; set; }

    /// <summary>Which calls fail, by name; all of them by default.</summary>
    public Func<string, bool> Fails { get; set; } = _ => true;

    /// <summary>Share of the bytes that a failing write still writes, as a full disk does.</summary>
    public double WrittenShare { get; set; }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes)
    {
        if (Failure is not null && Fails(nameof(Write))) MetadataFiles.Instance.Write(file, bytes[..(int)(bytes.Length * WrittenShare)], positionBytes);
        ThrowIfFailing(nameof(Write));
        MetadataFiles.Instance.Write(file, bytes, positionBytes);
    }

    public void SetLength(SafeFileHandle file, long lengthBytes)
    {
        ThrowIfFailing(nameof(SetLength));
        MetadataFiles.Instance.SetLength(file, lengthBytes);
    }

    public void Flush(SafeFileHandle file)
    {
        ThrowIfFailing(nameof(Flush));
        MetadataFiles.Instance.Flush(file);
    }

    public SafeFileHandle Replace(string path, ReadOnlySpan<byte> bytes)
    {
        ThrowIfFailing(nameof(Replace));
        return MetadataFiles.Instance.Replace(path, bytes);
    }

    public void SyncDirectory(string directory)
    {
        ThrowIfFailing(nameof(SyncDirectory));
        MetadataFiles.Instance.SyncDirectory(directory);
    }

    private void ThrowIfFailing(string call)
    {
        if (Failure is { } failure && Fails(call)) throw failure;
    }
}
