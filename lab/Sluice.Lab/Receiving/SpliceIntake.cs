using Sluice.Lab.Interop;

namespace Sluice.Lab.Receiving;

/// <summary>Moves pages from the socket into a pipe and from there into the file; the program never sees a byte.</summary>
internal sealed unsafe class SpliceIntake : Intake
{
    private readonly int _file;
    private readonly int _readEnd;
    private readonly int _writeEnd;

    internal SpliceIntake(int file, IntakePlan plan)
    {
        _file = file;
        int* ends = stackalloc int[2];
        Checked(LibC.pipe2(ends, 0), "pipe2");
        _readEnd = ends[0];
        _writeEnd = ends[1];

        // As long as a chunk, where this user may have that much; a shorter pipe only means more calls.
        _ = LibC.fcntl(_writeEnd, LibC.F_SETPIPE_SZ, plan.ChunkBytes);
    }

    internal override int Take(int socket, long positionBytes, int lengthBytes, ref uint crc, ref long calls)
    {
        nint moved;
        do
        {
            moved = LibC.splice(socket, null, _writeEnd, null, (nuint)lengthBytes, LibC.SPLICE_F_MOVE);
            calls++;
            if (moved == 0) throw new IOException("the sender went away in the middle");
            moved = Checked(moved, "splice from the socket");
        }
        while (moved == 0);

        for (nint count = 0; count < moved; calls++)
        {
            long position = positionBytes + count;
            count += Checked(LibC.splice(_readEnd, null, _file, &position, (nuint)(moved - count), LibC.SPLICE_F_MOVE), "splice into the file");
        }

        return (int)moved;
    }

    public override void Dispose()
    {
        _ = LibC.close(_readEnd);
        _ = LibC.close(_writeEnd);
    }
}
