using System.Runtime.InteropServices;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Receiving;

/// <summary>A mechanism at work on one file.</summary>
internal abstract unsafe class Intake : IDisposable
{
    /// <summary>Makes what the mechanism needs before the first byte.</summary>
    /// <exception cref="NotSupportedException">This kernel or file system does not offer it.</exception>
    /// <exception cref="IOException">The file cannot be made that long.</exception>
    internal static Intake Prepare(IntakePlan plan, int file) => plan.Mechanism switch
    {
        IntakeCatalog.BufferPwrite => new BufferIntake(file, plan),
        IntakeCatalog.Splice => new SpliceIntake(file, plan),
        _ => new MappedIntake(file, plan),
    };

    /// <summary>Brings some bytes into the file.</summary>
    /// <param name="socket">Blocking.</param>
    /// <param name="positionBytes">Where they belong in the file.</param>
    /// <param name="lengthBytes">Most of them; 1 or more.</param>
    /// <param name="crc">Goes on over them, where the plan wants it.</param>
    /// <param name="calls">Counts system calls.</param>
    /// <returns>How many were brought; 1 or more.</returns>
    internal abstract int Take(int socket, long positionBytes, int lengthBytes, ref uint crc, ref long calls);

    public abstract void Dispose();

    /// <summary>Receives until the memory is full.</summary>
    protected static void ReceiveAll(int socket, byte* memory, int lengthBytes, ref long calls)
    {
        for (int count = 0; count < lengthBytes;)
        {
            nint received = LibC.recv(socket, memory + count, (nuint)(lengthBytes - count), LibC.MSG_WAITALL);
            calls++;
            if (received == 0) throw new IOException("the sender went away in the middle");
            count += (int)Checked(received, "recv");
        }
    }

    /// <returns>0 for a call that a signal interrupted.</returns>
    protected static nint Checked(nint result, string call)
    {
        if (result >= 0) return result;
        int errno = Marshal.GetLastPInvokeError();
        if (errno == Errno.EINTR) return 0;
        string message = $"{call}: {Marshal.GetPInvokeErrorMessage(errno)}";
        throw errno is EINVAL or ENOSYS or EOPNOTSUPP ? new NotSupportedException(message) : new IOException(message);
    }

    private const int EINVAL = 22;
    private const int ENOSYS = 38;
    private const int EOPNOTSUPP = 95;
}
