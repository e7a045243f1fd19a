using System.Globalization;
using Sluice.Conformance.Peers;

namespace Sluice.Vm.Tests.Disk;

/// <summary>Makes file systems for virtual machines, without mounting them.</summary>
internal static class Ext4
{
    /// <summary>Makes one in a file.</summary>
    /// <param name="path">Made anew.</param>
    /// <param name="sizeBytes">Size of the disk.</param>
    /// <param name="content">A folder whose files it is to hold; null = none.</param>
    public static async Task MakeAsync(string path, long sizeBytes, string? content = null)
    {
        await using (FileStream file = File.Create(path)) file.SetLength(sizeBytes);
        string[] arguments = ["-q", "-F", "-t", "ext4", "-E", "lazy_itable_init=0,lazy_journal_init=0", .. content is null ? [] : (string[])["-d", content], path];
        await using ChildProcess format = ChildProcess.Start(File.Exists("/sbin/mke2fs") ? "/sbin/mke2fs" : "mke2fs", arguments, path + ".log");
        (await format.ExitAsync(TimeSpan.FromMinutes(1))).ShouldBe(0, format.Tail());
    }
}
