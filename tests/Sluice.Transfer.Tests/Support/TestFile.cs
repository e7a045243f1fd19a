namespace Sluice.Transfer.Tests.Support;

/// <summary>A file of random bytes in a directory of its own, with its contents for comparison.</summary>
internal sealed class TestFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sluice-transfer-");
    private bool _isReleasedByOwner;

    /// <param name="lengthBytes">How long the file is.</param>
    /// <param name="seed">Of its bytes.</param>
    /// <param name="options">How it is opened; the portable path can hand only files opened for asynchronous use to the system.</param>
    public TestFile(int lengthBytes, int seed = 1, FileOptions options = FileOptions.Asynchronous)
    {
        Contents = new byte[lengthBytes];
        new Random(seed).NextBytes(Contents);
        string path = System.IO.Path.Combine(_directory.FullName, "bytes");
        System.IO.File.WriteAllBytes(path, Contents);
        File = new TransferFile(
            System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, options),
            path,
            () => ReleasesCount++);
    }

    public byte[] Contents { get; }

    public TransferFile File { get; }

    /// <summary>How often the file reported its release: never more than once.</summary>
    public int ReleasesCount { get; private set; }

    public FileRegion Region(long positionBytes, int lengthBytes)
    {
        File.TryAddReference().ShouldBeTrue();
        return new FileRegion(File, positionBytes, lengthBytes);
    }

    public ReadOnlySpan<byte> Bytes(long positionBytes, int lengthBytes) => Contents.AsSpan((int)positionBytes, lengthBytes);

    /// <summary>Gives up the creator's reference, as an owner does that deletes the file.</summary>
    public void ReleaseByOwner()
    {
        _isReleasedByOwner = true;
        File.Release();
    }

    public void Dispose()
    {
        if (!_isReleasedByOwner)
        {
            File.Release();
        }

        _directory.Delete(recursive: true);
    }
}
