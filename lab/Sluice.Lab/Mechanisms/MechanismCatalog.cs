using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Mechanisms;

/// <summary>Every way out, in the order in which it is printed. A new one is a file beside this and a line here.</summary>
internal static class MechanismCatalog
{
    /// <summary>All of them, offered by this machine or not.</summary>
    internal static IReadOnlyList<IMechanism> All { get; } =
    [
        new ReadWriteMechanism(4 << 10),
        new ReadWriteMechanism(8 << 10),
        new ReadWriteMechanism(64 << 10),
        new ReadWriteMechanism(1 << 20),
        new FileStreamMechanism(4 << 10),
        new FileStreamMechanism(8 << 10),
        new FileStreamMechanism(64 << 10),
        new FileStreamMechanism(1 << 20),
        new CopyToMechanism(),
        new MmapSendMechanism(),
        new SendfileMechanism(),
        new SluiceMechanism(),
        new SocketSendFileMechanism(),
        new CompiledSendfileMechanism(),
        new SpliceMechanism(),
        new ZeroCopyMechanism(),
        new UringSendMechanism(),
        new UringSendZeroCopyMechanism(),
        new UringSpliceMechanism(),
        new SslStreamMechanism(),
        new KernelTlsMechanism(),
    ];

    /// <summary>Finds one by its name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    internal static IMechanism Find(string name) =>
        All.FirstOrDefault(mechanism => mechanism.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw LabException.Usage($"there is no mechanism '{name}'; there are {string.Join(", ", All.Select(mechanism => mechanism.Name))}");
}
