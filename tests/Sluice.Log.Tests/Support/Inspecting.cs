using Sluice.Log.Inspection;

namespace Sluice.Log.Tests.Support;

/// <summary>Runs the offline tools on a directory.</summary>
internal static class Inspecting
{
    /// <summary>Every finding of a check of everything, none of it left out.</summary>
    public static (List<Finding> Findings, List<PartitionVerdict> Verdicts) Verify(string path)
    {
        var findings = new List<Finding>();
        var verdicts = new List<PartitionVerdict>();
        new LogVerifier(InspectionLimits.Default, checksRecords: true, new InspectionProgress(), findings.Add, verdicts.Add)
            .Verify(InspectedPath.Identify(path), CancellationToken.None);
        return (findings, verdicts);
    }

    /// <summary>Asserts that nothing is wrong, and that there is nothing to note either.</summary>
    public static List<PartitionVerdict> ShouldBeSound(string path)
    {
        (List<Finding> findings, List<PartitionVerdict> verdicts) = Verify(path);
        findings.ShouldBeEmpty(string.Join('\n', findings));
        return verdicts;
    }

    /// <summary>The only finding that is no note.</summary>
    public static Finding OnlyProblem(string path)
    {
        List<Finding> findings = Verify(path).Findings;
        return findings.Where(finding => finding.Severity != FindingSeverity.Note).ToList().ShouldHaveSingleItem(string.Join('\n', findings));
    }

    public static List<CopiedPartition> Copy(string from, string to)
    {
        var copied = new List<CopiedPartition>();
        new LogCopier(InspectionLimits.Default, new InspectionProgress(), copied.Add).Copy(InspectedPath.Identify(from), to, CancellationToken.None);
        return copied;
    }

    public static IReadOnlyList<RebuiltSegment> Rebuild(string path, int intervalBytes = 4096) =>
        new IndexRebuilder(InspectionLimits.Default, intervalBytes, new InspectionProgress()).Rebuild(InspectedPath.Identify(path), CancellationToken.None);

    /// <summary>Changes a byte of a file for good.</summary>
    public static void Flip(string path, long position, byte mask = 0xFF)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[position] ^= mask;
        File.WriteAllBytes(path, bytes);
    }

    public static void Change(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
}
