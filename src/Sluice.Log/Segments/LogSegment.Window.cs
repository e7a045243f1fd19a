namespace Sluice.Log.Segments;

// The part of the file that is mapped for batches to be received into, where that is asked for.
internal sealed partial class LogSegment
{
    private AppendWindow? _window;
    private bool _reservesNoMore;

    /// <summary>Memory of the file behind the last batch, to receive the next one into. Nothing is published until <see cref="Publish"/>.</summary>
    /// <param name="sizeBytes">Bytes of the batch, at most <see cref="AppendWindow.BatchBytesMax"/>.</param>
    /// <returns>
    /// Zeros that become the file's bytes as they are overwritten, until the segment is written to otherwise; zero them again if the batch is not
    /// published. Empty where the file system offers none.
    /// </returns>
    /// <exception cref="IOException">There is no room; see <see cref="DiscardUnpublished"/>. Later calls return nothing.</exception>
    public Span<byte> Reserve(int sizeBytes)
    {
        Span<byte> place = _window is null ? default : _window.Slice(_sizeBytes, sizeBytes);
        if (!place.IsEmpty || _reservesNoMore)
        {
            return place;
        }

        CloseWindow();
        _reservesNoMore = true;
        try
        {
            _window = AppendWindow.Open(_io, File.Handle, _sizeBytes);
        }
        catch (PlatformNotSupportedException)
        {
            return default; // The other way works everywhere.
        }

        place = _window.Slice(_sizeBytes, sizeBytes);
        _reservesNoMore = place.IsEmpty;
        return place;
    }

    // Before the file gets shorter: a store beyond its end would kill the process.
    private void CloseWindow()
    {
        _window?.Dispose();
        _window = null;
    }
}
