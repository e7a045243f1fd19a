using System.Globalization;
using Sluice.Conformance.Peers;
using Sluice.Vm.Tests.Disk;

namespace Sluice.Vm.Tests.Machine;

/// <summary>A QEMU virtual machine that runs nothing but the broker, with its data on a disk of the test's.</summary>
public sealed class VirtualMachine : IAsyncDisposable
{
    // Without KVM a boot takes several seconds, beside other work a multiple of that.
    private static readonly TimeSpan BootPatience = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _qemu;
    private readonly NbdServer? _disk;

    private VirtualMachine(ChildProcess qemu, NbdServer? disk, int port)
    {
        _qemu = qemu;
        _disk = disk;
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string BootstrapServers { get; }

    /// <summary>The end of what the machine wrote to its console.</summary>
    public string Tail => _qemu.Tail();

    /// <summary>Switches it on and waits until its broker serves clients.</summary>
    /// <param name="kit">Kernel and initramfs.</param>
    /// <param name="disk">Its only disk.</param>
    /// <param name="folder">For a socket and the console's log.</param>
    /// <param name="port">Port of 127.0.0.1 that is led to the broker's.</param>
    public static async Task<VirtualMachine> StartAsync(VmKit kit, DroppingDisk disk, string folder, int port)
    {
        string socketPath = Path.Combine(folder, $"{Guid.NewGuid():n}.nbd");
        NbdServer server = new(disk, socketPath);
        // A write goes to the server at once and is in its cache then; a flush of the guest becomes a flush of the server.
        return await StartAsync(kit, $"file=nbd+unix:///?socket={socketPath},format=raw,if=virtio,cache=writeback", server, folder, port, [(port, 9092)], "", []);
    }

    /// <summary>Switches one on that has a TLS listener too, and counts instructions: one of them takes a nanosecond of its own time.</summary>
    /// <param name="kit">Kernel and initramfs.</param>
    /// <param name="diskPath">An ext4 file system with <c>key.pem</c>, the broker's key and certificate.</param>
    /// <param name="folder">For the console's log.</param>
    /// <param name="port">Port of 127.0.0.1 that is led to the broker's plain listener.</param>
    /// <param name="tlsPort">Port of 127.0.0.1 that is led to its TLS listener.</param>
    /// <param name="kernel">Value of <c>sluice.tls.kernel</c>.</param>
    /// <param name="provider">Value of <c>sluice.tls.provider</c>.</param>
    public static Task<VirtualMachine> StartWithTlsAsync(VmKit kit, string diskPath, string folder, int port, int tlsPort, string kernel, string provider) => StartAsync(
        kit, $"file={diskPath},format=raw,if=virtio,cache=unsafe", null, folder, port, [(port, 9092), (tlsPort, 9093)],
        string.Create(CultureInfo.InvariantCulture, $" sluice.tls={kernel} sluice.provider={provider} sluice.tls_port={tlsPort}"), ["-icount", "shift=0"]);

    /// <summary>Waits for a line on the console.</summary>
    public Task<string> LineAsync(Func<string, bool> wanted, TimeSpan patience) => _qemu.LineAsync(wanted, patience);

    private static async Task<VirtualMachine> StartAsync(
        VmKit kit, string drive, NbdServer? server, string folder, int port, (int Here, int There)[] forwards, string arguments, string[] more)
    {
        string forwarded = string.Concat(forwards.Select(static way => string.Create(CultureInfo.InvariantCulture, $",hostfwd=tcp:127.0.0.1:{way.Here}-10.0.2.15:{way.There}")));
        string[] all =
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-accel", VmKit.Accelerator, "-cpu", "max", "-smp", "1", "-m", "768",
            "-kernel", kit.KernelPath, "-initrd", kit.InitramfsPath,
            "-append", string.Create(CultureInfo.InvariantCulture, $"console=ttyS0 quiet panic=-1 sluice.port={port}{arguments}"),
            "-drive", drive,
            "-netdev", $"user,id=net,restrict=on{forwarded}",
            "-device", "virtio-net-pci,netdev=net,romfile=",
            .. more,
        ];
        ChildProcess qemu = ChildProcess.Start(VmKit.Qemu, all, Path.Combine(folder, "console.log"));
        VirtualMachine machine = new(qemu, server, port);
        try
        {
            await qemu.LineAsync(static line => line.Contains(" ready ", StringComparison.Ordinal), BootPatience);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Pulls the plug: the guest's memory is gone at once, and its disk is left with whatever reached it.</summary>
    public async Task CutPowerAsync()
    {
        _qemu.HasExited.ShouldBeFalse($"the machine ended by itself:\n{Tail}");
        _qemu.Kill();
        await _qemu.ExitAsync(EndPatience);
        if (_disk is not null) await _disk.DrainAsync();
    }

    /// <summary>What the broker said of its recovery.</summary>
    public string Recovery() => _qemu.Output().Split('\n').LastOrDefault(static line => line.Contains("recovered  ", StringComparison.Ordinal))?.Trim() ?? "";

    public async ValueTask DisposeAsync()
    {
        await _qemu.DisposeAsync();
        if (_disk is not null) await _disk.DisposeAsync();
    }
}
