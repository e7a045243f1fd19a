namespace Sluice.Lab.Measuring;

/// <summary>What the receiver does with the bytes.</summary>
internal enum ReceiverMode
{
    /// <summary>Drops them inside the kernel (MSG_TRUNC): nearest to a receiver on another machine.</summary>
    Discard = 0,

    /// <summary>Reads them into a buffer, which costs it a copy.</summary>
    Read,

    /// <summary>Reads them and computes SHA-256, to prove that the mechanism sends the right bytes; slow.</summary>
    Verify,
}
