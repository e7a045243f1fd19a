namespace Sluice.Lab.Interop;

/// <summary>Linux error numbers that the lab tells apart. errno(3).</summary>
internal static class Errno
{
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EFAULT = 14;
    public const int EPIPE = 32;
    public const int ENOBUFS = 105;
    public const int ECONNRESET = 104;

    // What the kernel says of a peer that is gone without a word: nobody answers its probes any more.
    public const int ETIMEDOUT = 110;
}
