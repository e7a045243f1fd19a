namespace Sluice.Vm.Tests.Machine;

/// <summary>What make-vm.sh makes, and QEMU.</summary>
/// <param name="KernelPath">Debian's kernel.</param>
/// <param name="InitramfsPath">The broker and what it needs.</param>
public sealed record VmKit(string KernelPath, string InitramfsPath)
{
    /// <summary>The program.</summary>
    public const string Qemu = "qemu-system-x86_64";

    /// <summary>
    /// QEMU's emulation, unless SLUICE_VM_ACCEL says otherwise. Not KVM wherever there is a /dev/kvm: inside of other machines it often opens,
    /// and then stops without a word.
    /// </summary>
    public static string Accelerator { get; } = Environment.GetEnvironmentVariable("SLUICE_VM_ACCEL") ?? "tcg";

    /// <summary>Finds the kit in the folder that SLUICE_VM_FOLDER names.</summary>
    /// <param name="kit">The kit.</param>
    /// <returns>Why there is none; null if there is one.</returns>
    public static string? TryFind(out VmKit kit)
    {
        string folder = Environment.GetEnvironmentVariable("SLUICE_VM_FOLDER") ?? "";
        kit = new VmKit(Path.Combine(folder, "vmlinuz"), Path.Combine(folder, "initramfs.gz"));
        if (folder.Length == 0) return "power is cut in a virtual machine only with ./test.sh --vm";
        if (!File.Exists(kit.KernelPath) || !File.Exists(kit.InitramfsPath)) return $"{folder} has no vmlinuz and initramfs.gz; tests/Sluice.Vm.Tests/make-vm.sh makes them";
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return path.Any(static directory => File.Exists(Path.Combine(directory, Qemu))) ? null : $"{Qemu} is not installed";
    }
}
