using Sluice.Lab.Interop;

namespace Sluice.Lab.Receiving;

/// <summary>Receives straight into the mapped file, which was allocated before.</summary>
internal sealed unsafe class MappedIntake : Intake
{
    private readonly IntakePlan _plan;
    private byte* _mapped;

    internal MappedIntake(int file, IntakePlan plan)
    {
        _plan = plan;

        // Allocated, not only made longer: a hole that the disk has no room for would end the process at its first byte (SIGBUS).
        Checked(LibC.fallocate(file, 0, 0, plan.LengthBytes), "fallocate");
        void* mapped = LibC.mmap(null, (nuint)plan.LengthBytes, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, file, 0);
        if (mapped == LibC.MAP_FAILED) throw new IOException($"mmap: {LibC.LastErrorMessage()}");
        _mapped = (byte*)mapped;
        if (plan.Mechanism == IntakeCatalog.MmapPrefaulted) Checked(LibC.madvise(mapped, (nuint)plan.LengthBytes, LibC.MADV_POPULATE_WRITE), "madvise(MADV_POPULATE_WRITE)");
    }

    internal override int Take(int socket, long positionBytes, int lengthBytes, ref uint crc, ref long calls)
    {
        byte* target = _mapped + positionBytes;
        ReceiveAll(socket, target, lengthBytes, ref calls);
        if (_plan.Crc) crc = Crc32C.Append(crc, new ReadOnlySpan<byte>(target, lengthBytes));
        return lengthBytes;
    }

    public override void Dispose()
    {
        if (_mapped != null) _ = LibC.munmap(_mapped, (nuint)_plan.LengthBytes);
        _mapped = null;
    }
}
