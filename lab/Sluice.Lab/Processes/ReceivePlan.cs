using Sluice.Lab.Measuring;

namespace Sluice.Lab.Processes;

/// <summary>What a receiver process is to do.</summary>
/// <param name="Connections">Connections that it accepts; it ends when all of them have ended.</param>
/// <param name="Mode">What it does with the bytes.</param>
/// <param name="LowWaterBytes">SO_RCVLOWAT; 0 = the kernel's default.</param>
/// <param name="IsEncrypted">Whether it has to decrypt, and so to read, what it receives.</param>
internal sealed record ReceivePlan(int Connections, ReceiverMode Mode, int LowWaterBytes, bool IsEncrypted);
