namespace Sluice.Lab.Http;

/// <summary>What is compared.</summary>
/// <param name="FileSizes">Lengths of the files, in bytes.</param>
/// <param name="Servers">Which servers.</param>
/// <param name="Rounds">Runs of each.</param>
/// <param name="Seconds">Length of a run.</param>
/// <param name="Connections">Connections of wrk.</param>
/// <param name="Folder">Where a folder for the files is made and removed.</param>
internal sealed record HttpPlan(
    IReadOnlyList<long> FileSizes, IReadOnlyList<HttpServerKind> Servers, int Rounds, int Seconds, int Connections, string Folder);
