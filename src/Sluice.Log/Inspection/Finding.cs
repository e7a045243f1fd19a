using System.Text;

namespace Sluice.Log.Inspection;

/// <summary>One thing that an inspection found: what, where, what follows from it, and what would mend it.</summary>
/// <param name="Kind">Which of the things that can be found.</param>
/// <param name="Severity">How bad it is here.</param>
/// <param name="Path">The file or directory.</param>
/// <param name="PositionBytes">Byte in the file; null where that means nothing.</param>
/// <param name="Offset">Offset of the log from which on it matters; null where that means nothing.</param>
/// <param name="What">What is wrong, in half a sentence.</param>
public sealed record Finding(FindingKind Kind, FindingSeverity Severity, string Path, long? PositionBytes, long? Offset, string What)
{
    /// <summary>Name of the kind for programs, such as <c>batch-checksum</c>.</summary>
    public string Code => CodeOf(Kind);

    /// <summary>What it means for whoever uses the log.</summary>
    public string Meaning => FindingTexts.Meaning(Kind, Severity);

    /// <summary>What would mend it.</summary>
    public string Remedy => FindingTexts.Remedy(Kind, Severity);

    private static string CodeOf(FindingKind kind)
    {
        var code = new StringBuilder();
        foreach (char letter in kind.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && code.Length > 0)
            {
                code.Append('-');
            }

            code.Append(char.ToLowerInvariant(letter));
        }

        return code.ToString();
    }
}
