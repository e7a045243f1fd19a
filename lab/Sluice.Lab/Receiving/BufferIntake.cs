using System.Runtime.InteropServices;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Receiving;

/// <summary>The classic append: receive into a buffer, write the buffer.</summary>
internal sealed unsafe class BufferIntake(int file, IntakePlan plan) : Intake
{
    private byte* _buffer = (byte*)NativeMemory.Alloc((nuint)plan.ChunkBytes);

    internal override int Take(int socket, long positionBytes, int lengthBytes, ref uint crc, ref long calls)
    {
        ReceiveAll(socket, _buffer, lengthBytes, ref calls);
        if (plan.Crc) crc = Crc32C.Append(crc, new ReadOnlySpan<byte>(_buffer, lengthBytes));
        for (int count = 0; count < lengthBytes; calls++)
        {
            count += (int)Checked(LibC.pwrite(file, _buffer + count, (nuint)(lengthBytes - count), positionBytes + count), "pwrite");
        }

        return lengthBytes;
    }

    public override void Dispose()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
    }
}
