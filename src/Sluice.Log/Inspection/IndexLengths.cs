namespace Sluice.Log.Inspection;

/// <summary>Checks what the length of an index file says.</summary>
internal static class IndexLengths
{
    public static void Check(IndexFileReader index, string path, in IndexCheckContext context)
    {
        // Preallocated files are a whole number of entries too.
        if (!index.HasWholeEntries)
        {
            context.Sink.Add(
                FindingKind.IndexLength, FindingSeverity.Repairable, path, index.FileBytes, null, $"the {index.FileBytes} bytes are not a whole number of entries");
        }
        else if (!index.IsCut && !context.MayBeAhead)
        {
            context.Sink.Add(
                FindingKind.IndexLength, FindingSeverity.Repairable, path, null, null,
                $"zeros follow its {index.Count} entries although the segment was left, or the log closed, in order");
        }
    }
}
