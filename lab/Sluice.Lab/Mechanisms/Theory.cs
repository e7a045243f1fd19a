namespace Sluice.Lab.Mechanisms;

/// <summary>What a mechanism costs on paper, for each byte, from the page cache to the wire.</summary>
/// <param name="CpuCopies">Copies by the processor, with the condition where there is one: "2", "0 or 1".</param>
/// <param name="DmaCopies">Copies by devices: disk to page cache, and socket to wire.</param>
/// <param name="CallsPerChunk">System calls for each chunk.</param>
/// <param name="ProgramSeesData">Whether the program could look at the bytes, or change them.</param>
internal sealed record Theory(string CpuCopies, string DmaCopies, string CallsPerChunk, bool ProgramSeesData);
