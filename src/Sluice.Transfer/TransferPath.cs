namespace Sluice.Transfer;

/// <summary>How a channel moves the bytes of file regions to its peer.</summary>
public enum TransferPath
{
    /// <summary>The best that this system and this file offer: <see cref="SendFile"/>, else <see cref="Copy"/>, else <see cref="Portable"/>.</summary>
    Auto,

    /// <summary>
    /// Linux sendfile(2): from the page cache to the socket without entering user space. Regions shorter than
    /// <see cref="TransferOptions.CopyThresholdBytes"/>, and files that cannot be spliced, are copied.
    /// </summary>
    SendFile,

    /// <summary>Linux: read into a bounded buffer, then send(2) from it.</summary>
    Copy,

    /// <summary>
    /// Linux sendfile(2) on a connection whose records the kernel encrypts (<see cref="Tls.OpenSslServer"/>): not to be asked for, but what the channel of
    /// such a connection says of itself.
    /// </summary>
    KernelTls,

    /// <summary>
    /// What .NET's sockets offer on every system: TransmitFile on Windows, the platform's own sendfile elsewhere, for files
    /// opened with <see cref="FileOptions.Asynchronous"/>; other files are copied. Giving up a send closes the socket.
    /// </summary>
    Portable,
}
