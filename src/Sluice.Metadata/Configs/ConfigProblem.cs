namespace Sluice.Metadata.Configs;

/// <summary>A remark about one setting given at start: an error, or a report that it is without effect.</summary>
/// <param name="Name">The setting as written.</param>
/// <param name="Origin">Where it was written; empty if the remark is about several settings together.</param>
/// <param name="Message">A whole sentence without a full stop; never contains the value of a sensitive setting.</param>
public sealed record ConfigProblem(string Name, string Origin, string Message)
{
    /// <summary>Origin and message in one line.</summary>
    public override string ToString() => Origin.Length == 0 ? Message : $"{Origin}: {Message}";
}
