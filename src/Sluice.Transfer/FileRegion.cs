namespace Sluice.Transfer;

/// <summary>A run of bytes in an open file, with one reference that keeps the file open.</summary>
/// <remarks>
/// Copying the value does not copy the reference: exactly one holder calls <see cref="Release"/>, and handing a region over
/// (to <see cref="ResponseFrame.Append(FileRegion)"/>) hands that duty over.
/// </remarks>
/// <param name="File">The file; one reference on it belongs to this region.</param>
/// <param name="PositionBytes">Where the region begins in the file; 0 or more.</param>
/// <param name="LengthBytes">How long it is; 0 or more. The file must reach that far until the region was sent.</param>
public readonly record struct FileRegion(TransferFile File, long PositionBytes, int LengthBytes)
{
    /// <summary>Gives the region's reference on its file back; once.</summary>
    /// <exception cref="InvalidOperationException">More references were given back than taken.</exception>
    public void Release() => File.Release();
}
