namespace Sluice.Lab.Mechanisms;

/// <summary>What a blocking mechanism holds for one connection: buffers, pipes, rings. Used by one thread.</summary>
internal interface IRegionSender : IDisposable
{
    /// <summary>Sends one region of the file, chunk by chunk; marks each chunk and counts each call.</summary>
    /// <param name="positionBytes">Where it begins.</param>
    /// <param name="lengthBytes">How long it is; 1 or more.</param>
    /// <returns>Only when the socket has taken all of it.</returns>
    void Send(long positionBytes, long lengthBytes);
}
